import { describe, expect, test } from 'vitest'
import { authenticate } from '../../src/redis/authenticate.ts'
import type { Command } from '../../src/redis/command.ts'
import { fromErrorReply, type RedisError, redisError } from '../../src/redis/redis-error.ts'
import { fixedLogin, loginFailure } from '../../src/targets/login.ts'
import { secret } from '../../src/targets/secret.ts'
import type { Login } from '../../src/targets/wanted-target.ts'

/** Logs in to a server that answers AUTH so, by the number of its words; OK unless given. */
async function logIn(
  user: string | undefined,
  word: string,
  errors: Readonly<Record<number, string>>,
) {
  const sent: string[] = []
  const login = fixedLogin({ ...(user === undefined ? {} : { user }), password: secret(word) })
  const failure = await authenticate(login, {
    ended: new Promise(() => {}),
    async send(command: Command) {
      sent.push(command.join(' '))
      const error = errors[command.length - 1]
      if (error !== undefined) throw fromErrorReply(error)
    },
  }).then(
    () => undefined,
    (error: unknown) => error,
  )
  return { sent, failure }
}

const ofOld = "ERR wrong number of arguments for 'auth' command"
const wrongPassword = 'WRONGPASS invalid username-password pair or user is disabled.'

describe('a server before Redis 6, which knows no user names,', () => {
  test('takes the password of the user default alone', async () => {
    expect(await logIn('default', 'hunter2', { 2: ofOld })).toEqual({
      sent: ['AUTH default hunter2', 'AUTH hunter2'],
      failure: undefined,
    })
  })

  test('is said to know no user names when another was given', async () => {
    const { sent, failure } = await logIn('watcher', 'hunter2', { 2: ofOld })

    expect(sent).toEqual(['AUTH watcher hunter2'])
    expect(failure).toMatchObject({
      reason: 'auth',
      message: 'the server knows no user names (Redis before 6): give the password alone',
    })
  })

  test('that refuses the password says so', async () => {
    const { failure } = await logIn('default', 'hunter2', { 2: ofOld, 1: 'ERR invalid password' })

    expect(failure).toMatchObject({ reason: 'auth', message: 'wrong user name or password' })
  })
})

test.each([
  'ERR Client sent AUTH, but no password is set',
  'ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?',
])('a server that answers "%s" lets everybody in', async (reply) => {
  expect((await logIn(undefined, 'hunter2', { 1: reply })).failure).toBeUndefined()
})

test('of Redis 5 without a password the user default is let in', async () => {
  const none = 'ERR Client sent AUTH, but no password is set'

  expect((await logIn('default', 'hunter2', { 2: ofOld, 1: none })).failure).toBeUndefined()
})

test.each([
  [
    'ERR something of its own',
    'the server refuses the password: the server answered with an error',
  ],
  ["ERR unknown command 'AUTH'", 'the server does not know AUTH in this form'],
  [wrongPassword, 'wrong user name or password (WRONGPASS)'],
  ['NOAUTH HELLO must be called', 'the server asks for a password (NOAUTH)'],
])('no other answer is thrown away: "%s" is a failure', async (reply, message) => {
  const { failure } = await logIn(undefined, 'hunter2', { 1: reply })

  expect(failure).toMatchObject({ reason: 'auth', message: expect.stringContaining(message) })
})

test('a server that is loading its data is not said to refuse the password', async () => {
  const { failure } = await logIn(undefined, 'hunter2', { 1: 'LOADING Redis is loading' })

  expect(failure).toMatchObject({ reason: 'loading' })
})

test('words go out as binary strings, of whatever bytes they are', async () => {
  expect((await logIn('w\udce9r', 'pä\udcff', {})).sent).toEqual(['AUTH w\xe9r p\xc3\xa4\xff'])
  expect((await logIn(undefined, 'pä\udcff', {})).sent).toEqual(['AUTH p\xc3\xa4\xff'])
})

describe('beside a wrong password is said', () => {
  test.each([
    ['hunter2\n', 'the password ends in a line break'],
    ['hunter2\r\n', 'the password ends in a line break'],
    ['hunter2\nhunter3', 'the password holds a line break'],
    [' hunter2', 'the password begins or ends with a blank'],
    ['hunter2\t', 'the password begins or ends with a blank'],
    ['"hunter2"', 'the password stands in quotes, which count as part of it'],
    ["'hunter2'", 'the password stands in quotes, which count as part of it'],
    ['$(HUNTER2)', 'the password is $(…) as it stands, of a variable that nobody put in'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: that is what a shell would put in
    ['${HUNTER2}', 'the password is ${…} as it stands, of a variable that nobody put in'],
    [
      '{{ .Values.hunter2 }}',
      'the password is {{…}} as it stands, of a variable that nobody put in',
    ],
  ])('what is odd about %j, and nothing of it', async (word, hint) => {
    for (const reply of [wrongPassword, 'ERR invalid password']) {
      const { failure } = await logIn(undefined, word, { 1: reply })
      const message = failure instanceof Error ? failure.message : ''

      expect(message).toMatch(/^wrong user name or password( \(WRONGPASS\))?; /)
      expect(message).toContain(hint)
      expect(message).not.toMatch(/hunter2/i)
    }
  })

  test.each(['hunter2', 'a$(HUNTER2)', 'hunter 2', '"hunter2'])(
    'nothing of one like %j',
    async (word) => {
      const { failure } = await logIn(undefined, word, { 1: wrongPassword })

      expect(failure).toMatchObject({ message: 'wrong user name or password (WRONGPASS)' })
    },
  )
})

describe('credentials that are refused', () => {
  const refuse = fromErrorReply(wrongPassword)

  /** Logs in by passwords that are read one after another to a server that takes one of them. */
  async function logInBy(words: readonly (string | Error)[], taken: string, late?: RedisError) {
    const left = [...words]
    const sent: string[] = []
    const login: Login = {
      from: 'the test',
      async read() {
        const word = left.shift() ?? ''
        if (typeof word !== 'string') throw word
        return { password: secret(word) }
      },
    }
    const failure = await authenticate(login, {
      ended: new Promise(() => {}),
      async send([, word = '']) {
        if (sent.length > 0 && late) throw late
        sent.push(word)
        if (word !== taken) throw refuse
      },
    }).then(
      () => undefined,
      (error: unknown) => error,
    )
    return { sent, failure, left }
  }

  test('are read once more, and count where they are others by now', async () => {
    expect(await logInBy(['old', 'new'], 'new')).toEqual({
      sent: ['old', 'new'],
      failure: undefined,
      left: [],
    })
  })

  test('are not sent again where they are the same', async () => {
    expect(await logInBy(['old', 'old', 'new'], 'new')).toEqual({
      sent: ['old'],
      failure: refuse,
      left: ['new'],
    })
  })

  test('are tried twice at most', async () => {
    expect(await logInBy(['old', 'newer', 'newest'], 'newest')).toEqual({
      sent: ['old', 'newer'],
      failure: refuse,
      left: ['newest'],
    })
  })

  test('are what failed where the server hangs up behind its refusal', async () => {
    const { failure } = await logInBy(['old', 'new'], 'new', redisError('connection', 'closed'))

    expect(failure).toBe(refuse)
  })

  test('are a failure of their own where they cannot be read any more', async () => {
    const gone = loginFailure('the password file cannot be read (ENOENT)')

    expect((await logInBy(['old', gone], 'new')).failure).toMatchObject({
      reason: 'auth',
      message: 'the password file cannot be read (ENOENT)',
    })
  })
})

describe('a login that cannot be read', () => {
  const asked = (read: Login['read'], ended: Promise<RedisError> = new Promise(() => {})) =>
    authenticate({ from: 'the test', read }, { ended, send: async () => {} })

  test('says no more than what is ours', async () => {
    const failing = asked(async () => {
      throw new Error('hunter2')
    })

    await expect(failing).rejects.toMatchObject({
      reason: 'auth',
      message: 'the password could not be read',
    })
  })

  test('is given up when the connection ends', async () => {
    const lost = redisError('connection', 'the connection was closed')

    await expect(asked(() => new Promise(() => {}), Promise.resolve(lost))).rejects.toBe(lost)
  })

  test('is what failed when time is over', async () => {
    const late = redisError('timeout', 'no answer within 1 s')

    await expect(asked(() => new Promise(() => {}), Promise.resolve(late))).rejects.toMatchObject({
      reason: 'auth',
      message: 'the password was not there in time',
    })
  })
})
