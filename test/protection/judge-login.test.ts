import { hashSync } from 'bcryptjs'
import { describe, expect, test } from 'vitest'
import { createBcryptThread } from '../../src/protection/bcrypt-thread.ts'
import type { LoginBounds } from '../../src/protection/hashed-logins.ts'
import { createJudge } from '../../src/protection/judge-login.ts'
import type { Users } from '../../src/protection/port-settings.ts'
import { secret } from '../../src/targets/secret.ts'

const alice = 'hash of alice'
const bob = 'hash of bob'
const users: Users = {
  kind: 'hashed',
  hashes: new Map([
    ['alice', alice],
    ['bob', bob],
  ]),
}

const basic = (text: string | Buffer) => `Basic ${Buffer.from(text).toString('base64')}`

const here = { address: 'here', onGone: () => undefined }

/** Logins for which the password of each hash is "right", answered when the test says so. */
function logins(bounds: Partial<LoginBounds> = {}) {
  const asked: { password: string; hash: string; answer: () => void; fail: () => void }[] = []
  const failures: unknown[] = []
  const judge = createJudge({
    bcrypt: {
      compare: (password, hash) =>
        new Promise((resolve, reject) => {
          const answer = () => resolve(password === 'right')
          asked.push({ password, hash, answer, fail: () => reject(new Error('no thread')) })
        }),
    },
    onFailure: (failure) => void failures.push(failure),
    bounds,
  })
  return {
    asked,
    failures,
    judge: (text: string | Buffer, from = 'here', all = users) =>
      judge(basic(text), { ...here, address: from }, all),
    /** The same, with what to call when its client has gone. */
    leaving(text: string, from = 'here') {
      let leave = () => {}
      const onGone = (listener: () => void) => {
        leave = listener
      }
      return { verdict: judge(basic(text), { address: from, onGone }, users), leave: () => leave() }
    },
    raw: (header: string | undefined) => judge(header, here, users),
    /** Answers one verification after the other, until none is left. */
    async answerAll() {
      for (let next = 0; next < asked.length; next += 1) {
        asked[next]?.answer()
        await new Promise(setImmediate)
      }
    },
  }
}

describe('a login by hashes', () => {
  test('is welcome with the right password of its user', async () => {
    const { judge, asked } = logins()
    const verdict = judge('alice:right')
    asked[0]?.answer()

    expect(asked).toMatchObject([{ password: 'right', hash: alice }])
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
    const without: Users = { kind: 'hashed', hashes: new Map([['bob', bob]]) }
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

describe('a newcomer in a flood', () => {
  test.each([
    ['of few addresses with many each', 4, 8],
    ['of many addresses with one each', 40, 1],
    ['of many addresses with some each', 40, 3],
  ])('%s gets its place, and before those who were wrong', async (_name, addresses, each) => {
    const { judge, asked } = logins()
    let number = 0
    const flood = () => {
      for (let address = 0; address < addresses; address += 1)
        for (let one = 0; one < each; one += 1) {
          number += 1
          void judge(`alice:wrong ${number}`, `flood ${address}`)
        }
    }
    const answer = async () => {
      asked.at(-1)?.answer()
      await new Promise(setImmediate)
    }
    // As long as it takes until each address was wrong.
    for (let round = 0; round < 2 * addresses; round += 1) {
      flood()
      await answer()
    }
    const verdict = judge('alice:right', 'newcomer')
    flood()
    await answer()
    flood()
    await answer()

    expect(await verdict).toBe('welcome')
  })

  test('waits no longer than for one of each address, though none was wrong before', async () => {
    const { judge, asked } = logins()
    for (const address of ['1', '2', '3', '4'])
      for (let one = 0; one < 8; one += 1) void judge(`alice:${address} ${one}`, address)
    void judge('alice:right', 'newcomer')
    for (let answered = 0; answered < 5; answered += 1) {
      asked[answered]?.answer()
      await new Promise(setImmediate)
    }

    expect(asked.map(({ password }) => password)).toContain('right')
  })

  test('costs the newest of the fullest address its place', async () => {
    const { judge, answerAll } = logins({ waiting: 4 })
    void judge('alice:0', 'running')
    const full = ['1', '2', '3'].map((one) => judge(`alice:full ${one}`, 'full'))
    const small = judge('alice:small', 'small')
    const right = judge('alice:right', 'newcomer')

    expect(await full.at(-1)).toBe('busy')
    await answerAll()
    expect(await Promise.all([...full, small, right])).toEqual([
      ...['wrong', 'wrong', 'busy', 'wrong', 'welcome'],
    ])
  })
})

describe('a client that has gone', () => {
  test('has its login not verified', async () => {
    const { judge, leaving, asked, answerAll } = logins()
    void judge('alice:first')
    const gone = leaving('alice:gone')
    gone.leave()
    await answerAll()

    expect(await gone.verdict).toBe('busy')
    expect(asked.map(({ password }) => password)).toEqual(['first'])
    expect(judge('alice:gone')).toBeInstanceOf(Promise)
  })

  test('leaves its place to others', () => {
    const { judge, leaving } = logins({ waitingOfOne: 1 })
    void judge('alice:first')
    const gone = leaving('alice:gone')
    expect(judge('alice:right')).toBe('busy')
    gone.leave()

    expect(judge('alice:right')).toBeInstanceOf(Promise)
  })

  test('takes nothing from another one with the same login', async () => {
    const { judge, leaving, answerAll } = logins()
    void judge('alice:first')
    const gone = leaving('alice:right')
    const other = judge('alice:right')
    gone.leave()
    await answerAll()

    expect(await other).toBe('welcome')
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
