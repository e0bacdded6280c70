import { expect, test } from 'vitest'
import { remedy } from '../../src/collectors/remedy.ts'
import { redisError } from '../../src/redis/redis-error.ts'

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
