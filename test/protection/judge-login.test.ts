import { describe, expect, test } from 'vitest'
import type { Users } from '../../src/protection/port-settings.ts'
import { secret } from '../../src/targets/secret.ts'
import { basic } from '../support/basic-login.ts'
import { aliceHash, bobHash, logins } from '../support/judged-logins.ts'

describe('a login by hashes', () => {
  test('is welcome with the right password of its user', async () => {
    const { judge, asked } = logins()
    const verdict = judge('alice:right')
    asked[0]?.answer()

    expect(asked).toMatchObject([{ password: 'right', hash: aliceHash }])
    expect(await verdict).toBe('welcome')
  })

  test('is verified once, and known at once from then on', async () => {
    const { judge, asked } = logins()
    const verdict = judge('alice:right')
    asked[0]?.answer()
    await verdict

    expect(judge('alice:right')).toBe('welcome')
    expect(asked).toHaveLength(1)
  })

  test('is verified anew when the hash of its user is another one', async () => {
    const { judge, asked } = logins()
    const verdict = judge('alice:right')
    asked[0]?.answer()
    await verdict
    const changed: Users = { kind: 'hashed', hashes: new Map([['alice', 'another hash']]) }

    expect(judge('alice:right', 'here', changed)).toBeInstanceOf(Promise)
    expect(asked[1]?.hash).toBe('another hash')
  })

  test('is wrong when its user is gone, though it was verified before', async () => {
    const { judge, asked } = logins()
    const verdict = judge('alice:right')
    asked[0]?.answer()
    await verdict
    const without: Users = { kind: 'hashed', hashes: new Map([['bob', bobHash]]) }
    const later = judge('alice:right', 'here', without)
    asked[1]?.answer()

    expect(await later).toBe('wrong')
  })

  test('is wrong with another password, and known as wrong from then on', async () => {
    const { judge, asked } = logins()
    const verdict = judge('alice:left')
    asked[0]?.answer()

    expect(await verdict).toBe('wrong')
    expect(judge('alice:left')).toBe('wrong')
    expect(asked).toHaveLength(1)
  })

  test('of a user that there is not costs a verification, of always the same hash, and is wrong', async () => {
    const { judge, asked, answerAll } = logins()
    const verdicts = ['mallory:right', 'mallory:other'].map((one) => judge(one))
    await answerAll()

    expect(await Promise.all(verdicts)).toEqual(['wrong', 'wrong'])
    expect(asked).toHaveLength(2)
    expect(asked[0]?.hash).toBe(asked[1]?.hash)
  })

  test('is not verified again where the same one is, of whatever address', async () => {
    const { judge, asked, answerAll } = logins()
    const verdicts = ['here', 'here', 'elsewhere'].map((from) => judge('alice:right', from))
    await answerAll()

    expect(await Promise.all(verdicts)).toEqual(['welcome', 'welcome', 'welcome'])
    expect(asked).toHaveLength(1)
  })

  test('is refused for now where its address has too many that wait', async () => {
    const { judge, answerAll } = logins({ waitingOfOne: 2 })
    const verdicts = ['alice:1', 'alice:2', 'alice:3'].map((one) => judge(one))

    expect(judge('alice:right')).toBe('busy')
    expect(judge('alice:right', 'elsewhere')).toBeInstanceOf(Promise)
    await answerAll()
    expect(await Promise.all(verdicts)).toEqual(['wrong', 'wrong', 'wrong'])
    expect(judge('alice:4')).toBeInstanceOf(Promise)
  })

  test('that is known is not delayed by any number of others', async () => {
    const { judge, asked } = logins({ waiting: 2 })
    const verdict = judge('alice:right')
    asked[0]?.answer()
    await verdict
    for (const other of ['1', '2', '3', '4']) void judge(`alice:${other}`)

    expect(judge('alice:right')).toBe('welcome')
  })

  test('forgets the oldest of the wrong ones', async () => {
    const { judge, asked } = logins({ knownWrong: 2 })
    for (const [index, one] of ['1', '2', '3'].entries()) {
      const verdict = judge(`alice:${one}`)
      asked[index]?.answer()
      await verdict
    }

    expect(judge('alice:3')).toBe('wrong')
    expect(judge('alice:2')).toBe('wrong')
    expect(judge('alice:1')).toBeInstanceOf(Promise)
  })

  test('is not taken for wrong when it cannot be verified', async () => {
    const { judge, asked, failures } = logins()
    const verdict = judge('alice:right')
    asked[0]?.fail()

    expect(await verdict).toBe('busy')
    expect(failures).toEqual([new Error('no thread')])
    expect(judge('alice:right')).toBeInstanceOf(Promise)
  })
})

test.each([
  undefined,
  '',
  'Basic',
  'Basic ',
  'Bearer YWxpY2U6cmlnaHQ=',
  'Basic !!!!',
  'Basic YWxpY2U6cmlnaHQ',
  'Basic YWxpY2U6cmlnaHQ=, Basic YWxpY2U6cmlnaHQ=',
  'Basic YWxpY2U6cmlnaHQ= x',
  `Basic ${Buffer.from('alice').toString('base64')}`,
  basic('alice:right').replace('=', '-'),
])('%j is no login, and nothing is verified', (header) => {
  const { raw, asked } = logins()

  expect(raw(header)).toBe('wrong')
  expect(asked).toEqual([])
})

describe('a login by a password that flags give', () => {
  const plain: Users = { kind: 'plain', user: 'alice', password: secret('one:two') }

  test.each([
    ['alice:one:two', 'welcome'],
    ['alice:one:twO', 'wrong'],
    ['alice:one:two ', 'wrong'],
    ['alice:', 'wrong'],
    [':one:two', 'wrong'],
    ['Alice:one:two', 'wrong'],
    ['bob:one:two', 'wrong'],
    [`alice:one:two${'x'.repeat(1_000_000)}`, 'wrong'],
  ])('%.30s is %s at once', (text, verdict) => {
    expect(logins().judge(text, 'here', plain)).toBe(verdict)
  })
})
