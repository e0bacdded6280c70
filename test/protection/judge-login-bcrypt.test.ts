import { hashSync } from 'bcryptjs'
import { describe, expect, test } from 'vitest'
import { createBcryptThread } from '../../src/protection/bcrypt-thread.ts'
import { createJudge } from '../../src/protection/judge-login.ts'
import type { Users } from '../../src/protection/port-settings.ts'
import { basic } from '../support/basic-login.ts'
import { here } from '../support/judged-logins.ts'

describe('bcrypt', () => {
  const long = 'x'.repeat(72)
  const real: Users = {
    kind: 'hashed',
    hashes: new Map([
      ['alice', hashSync('pässword', 4).replace('$2b$', '$2y$')],
      ['long', hashSync(long, 4)],
      ['binary', hashSync('\ufffd', 4)],
    ]),
  }

  test.each([
    ['alice:pässword', 'welcome'],
    ['alice:password', 'wrong'],
    ['alice:', 'wrong'],
    [`long:${long}`, 'welcome'],
    // As with the Go exporter: the hash knows no more than 72 bytes.
    [`long:${long}y`, 'welcome'],
    [`long:${long.slice(1)}`, 'wrong'],
    [Buffer.from('alice:p\xe4ssword', 'latin1'), 'wrong'],
    [Buffer.from('binary:\xff', 'latin1'), 'wrong'],
    ['binary:\ufffd', 'welcome'],
  ])('in its thread finds %s %s', async (text, verdict) => {
    const thread = createBcryptThread()
    const judge = createJudge({
      bcrypt: thread,
      onFailure: (failure) => expect(failure).toBeNull(),
    })

    expect(await judge(basic(text), here, real)).toBe(verdict)
    thread.stop()
  })

  test('begins another thread after its end', async () => {
    const thread = createBcryptThread()
    const hash = hashSync('a', 4)
    const first = thread.compare('a', hash)
    thread.stop()

    await expect(first).rejects.toThrow('stops')
    expect(await thread.compare('a', hash)).toBe(true)
    expect(await thread.compare('b', hash)).toBe(false)
    thread.stop()
  })
})
