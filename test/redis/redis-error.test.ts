import fc from 'fast-check'
import { expect, describe as group, test } from 'vitest'
import {
  describe,
  fromErrorReply,
  isRedisError,
  type Reason,
  reasons,
  redisError,
} from '../../src/redis/redis-error.ts'

group('an error reply', () => {
  test.each<[string, Reason, string]>([
    [
      "NOPERM this user has no permissions to run the 'config|get' command",
      'noperm',
      'the user may not run the command (NOPERM)',
    ],
    [
      'NOPERM this user has no permissions to access one of the keys used as arguments',
      'other',
      'the user may not access the key (NOPERM)',
    ],
    ['NOPERM No permissions to access a key', 'other', 'the user may not access the key (NOPERM)'],
    [
      'NOPERM No permissions to access database',
      'noperm',
      'the user may not access the database (NOPERM)',
    ],
    // The name of the user stands in the text.
    ...['access-key', 'access', 'keys', "can't-access-database", 'to:access:key'].map(
      (user): [string, Reason, string] => [
        `NOPERM User ${user} has no permissions to run the 'slowlog|len' command`,
        'noperm',
        'the user may not run the command (NOPERM)',
      ],
    ),
    ['NOAUTH Authentication required.', 'auth', 'the server asks for a password (NOAUTH)'],
    [
      'WRONGPASS invalid username-password pair or user is disabled.',
      'auth',
      'wrong user name or password (WRONGPASS)',
    ],
    [
      'DENIED Redis is running in protected mode because protected mode is enabled',
      'auth',
      'the server refuses clients without a password (DENIED)',
    ],
    [
      'LOADING Redis is loading the dataset in memory',
      'loading',
      'the server is loading its data (LOADING)',
    ],
    [
      "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
      'masterdown',
      'the link to the master is down (MASTERDOWN)',
    ],
    ['ERR DB index is out of range', 'other', 'there is no such database'],
    ['ERR SELECT is not allowed in cluster mode', 'other', 'there is no such database'],
    ['ERR invalid DB index', 'other', 'there is no such database'],
    ['BUSY Redis is busy running a script.', 'busy', 'the server is busy running a script (BUSY)'],
    [
      "ERR unknown command 'SLOWLOG', with args beginning with: 'LEN' ",
      'unknown_command',
      'the server does not know the command, or only by another name',
    ],
    [
      "ERR unknown subcommand 'HISTOGRAM'. Try LATENCY HELP.",
      'unknown_command',
      'the server does not know the command in this form',
    ],
    [
      "ERR wrong number of arguments for 'config|get' command",
      'unknown_command',
      'the server does not know the command in this form',
    ],
    ['ERR invalid password', 'auth', 'wrong user name or password'],
    [
      'ERR max number of clients reached',
      'connection',
      'the server has no room for another client (maxclients)',
    ],
    [
      'ERR This instance has cluster support disabled',
      'other',
      'the server answered with an error (ERR)',
    ],
    [
      "ERR Unknown sentinel subcommand 'replicas'",
      'unknown_command',
      'the server does not know the command in this form',
    ],
    [
      'NOQUORUM 1 usable Sentinels. Not enough available Sentinels to reach the specified quorum for this master',
      'other',
      'NOQUORUM 1 usable Sentinels. Not enough available Sentinels to reach the specified quorum for this master',
    ],
    [
      '-NOQUORUM 12 usable Sentinels. Not enough available Sentinels to reach the majority and authorize a failover',
      'other',
      'NOQUORUM 12 usable Sentinels. Not enough available Sentinels to reach the majority and authorize a failover',
    ],
    [
      'NOQUORUM 0 usable Sentinels. Not enough available Sentinels to reach the specified quorum for this master. Not enough available Sentinels to reach the majority and authorize a failover',
      'other',
      'NOQUORUM 0 usable Sentinels. Not enough available Sentinels to reach the specified quorum for this master. Not enough available Sentinels to reach the majority and authorize a failover',
    ],
    [
      'NOQUORUM in words of another release',
      'other',
      'the server answered with an error (NOQUORUM)',
    ],
    [
      'CLUSTERDOWN Hash slot not served',
      'clusterdown',
      'the cluster does not serve keys (CLUSTERDOWN)',
    ],
    [
      "READONLY You can't write against a read only replica.",
      'readonly',
      'the server is a read-only replica (READONLY)',
    ],
    [
      "OOM command not allowed when used memory > 'maxmemory'.",
      'oom',
      'the server is out of memory (OOM)',
    ],
    [
      'MISCONF Redis is configured to save RDB snapshots',
      'misconf',
      'the server cannot save its data (MISCONF)',
    ],
    [
      'NOREPLICAS Not enough good replicas to write.',
      'noreplicas',
      'the server has too few replicas (NOREPLICAS)',
    ],
    [
      'TRYAGAIN Multiple keys request during rehashing of slot',
      'tryagain',
      'the slot of the keys is on its way (TRYAGAIN)',
    ],
    ['something went wrong', 'other', 'the server answered with an error'],
    ['', 'other', 'the server answered with an error'],
    ['-LOADING with the mark of its type', 'loading', 'the server is loading its data (LOADING)'],
  ])('"%s" is %s: %s', (reply, reason, message) => {
    expect(fromErrorReply(reply)).toMatchObject({ name: 'RedisError', reason, message })
  })

  test.each(['BUSYGROUP Consumer Group name already exists', 'LOADINGS of something else'])(
    '"%s" is not taken for the code that it begins with',
    (reply) => {
      expect(fromErrorReply(reply).reason).toBe('other')
    },
  )

  test.each([
    "ERR unknown command 'AUTH', with args beginning with: 'hunter2'",
    "ERR wrong number of arguments for 'hunter2'",
    'WRONGPASS hunter2',
    'ERR hunter2',
    'hunter2',
    'ERR Syntax error in hunter2: unknown command hunter2',
    'NOQUORUM hunter2 usable Sentinels. Not enough available Sentinels to reach the specified quorum for this master',
    'NOQUORUM 1 usable Sentinels. hunter2',
    'NOQUORUM 1 usable Sentinels. Not enough available Sentinels to reach the specified quorum for this master hunter2',
  ])('"%s" is told without the words of the server', (reply) => {
    expect(describe(fromErrorReply(reply))).not.toContain('hunter2')
  })

  test('of any text keeps nothing of it but a code of capitals', () => {
    const fixed = new Set(
      ['NOPERM', 'NOAUTH', 'WRONGPASS', 'DENIED', 'LOADING', 'MASTERDOWN', 'BUSY']
        .concat(['unknown command', 'invalid password', 'max number of clients', ''])
        .map((reply) => fromErrorReply(reply).message),
    )
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^-?[A-Z_0-9]{0,80} ?/)), (reply) => {
        const { message, reason } = fromErrorReply(reply)

        expect(reasons).toContain(reason)
        if (fixed.has(message)) return
        expect(message).toMatch(/^the server answered with an error \([A-Z][A-Z0-9_]{0,59}\)$/)
      }),
    )
  })

  test('with a code without end is told without it, so that no label grows without bound', () => {
    expect(fromErrorReply('E'.repeat(100_000)).message).toBe('the server answered with an error')
  })
})

test('an error is described by its reason and its message', () => {
  expect(describe(redisError('busy', 'the server is busy'))).toBe('busy: the server is busy')
})

test.each<[string, unknown, boolean]>([
  ['ours', redisError('other', 'x'), true],
  ['another', new Error('x'), false],
  ['one that has our name alone', Object.assign(new Error('x'), { name: 'RedisError' }), false],
  ['no error', { name: 'RedisError', reason: 'other' }, false],
  ['nothing', undefined, false],
])('an error that is %s is told from others', (_case, error, ours) => {
  expect(isRedisError(error)).toBe(ours)
})
