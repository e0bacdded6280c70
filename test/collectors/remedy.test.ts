import { expect, test } from 'vitest'
import { remedy } from '../../src/collectors/remedy.ts'
import { fromErrorReply, redisError } from '../../src/redis/redis-error.ts'

const slowlog = { name: 'slowlog', commands: ['slowlog|len', 'slowlog|get'] }

test.each([
  [
    'noperm',
    slowlog,
    'grant +slowlog|len +slowlog|get (ACL SETUSER), or --collect.slowlog=false switches it off',
  ],
  ['noperm', { name: 'memory' }, '--collect.memory=false switches it off'],
  ['unknown_command', slowlog, '--collect.slowlog=false switches it off'],
  ['timeout', slowlog, ''],
  ['loading', slowlog, ''],
] as const)('against %s of %j: %s', (reason, collector, expected) => {
  expect(remedy(collector, redisError(reason, 'no'))).toBe(expected)
})

test('against a database that is closed to the user, no command is to be granted', () => {
  const denied = fromErrorReply('NOPERM No permissions to access database')

  expect(remedy(slowlog, denied)).toBe(
    'let the user into the database (ACL SETUSER with alldbs or db=), or --collect.slowlog=false switches it off',
  )
})
