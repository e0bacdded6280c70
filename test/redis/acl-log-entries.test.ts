import { expect, test } from 'vitest'
import { readAclLog } from '../../src/redis/acl-log-entries.ts'
import type { Reply } from '../../src/redis/command.ts'
import { isRedisError } from '../../src/redis/redis-error.ts'
import { fileReply } from '../support/fixtures.ts'

const servers = ['redis-6.2.5', 'redis-7.0.15', 'redis-7.4.1', 'redis-8-dev', 'valkey-8-dev']

function recorded(server: string): Reply {
  const reply = fileReply(`${server}/acl-log.json`)
  if (isRedisError(reply)) throw reply
  return reply
}

test.each(servers)('%s: what was denied, the newest first', (server) => {
  const log = readAclLog(recorded(server))

  expect(log.map(({ reason, context, count }) => [reason, context, count])).toEqual([
    ['key', 'lua', 1],
    ['key', 'multi', 1],
    ['channel', 'toplevel', 1],
    ['key', 'toplevel', 1],
    ['command', 'toplevel', 1],
    ['auth', 'toplevel', 1],
  ])
  expect(log.every(({ ageSeconds }) => ageSeconds > 0 && ageSeconds < 1)).toBe(true)
})

test.each(servers)('%s: no secret of what was denied, and to whom, is kept', (server) => {
  const text = JSON.stringify(readAclLog(recorded(server)))

  expect(JSON.stringify(recorded(server))).toMatch(/secret-key.*tr0ub4dor/)
  expect(text).not.toMatch(/secret|tr0ub4dor|limited|127\.0\.0\.1/)
})

test.each(servers)('%s: each entry is known again', (server) => {
  const keys = readAclLog(recorded(server)).map(({ key }) => key)

  expect(new Set(keys).size).toBe(6)
  expect(readAclLog(recorded(server)).map(({ key }) => key)).toEqual(keys)
})

test('servers from 7.2 on number the entries', () => {
  const ids = (server: string) => readAclLog(recorded(server)).map(({ id }) => id)

  expect(ids('redis-7.4.1')).toEqual([5, 4, 3, 2, 1, 0])
  expect(new Set(ids('redis-7.0.15'))).toEqual(new Set([undefined]))
})

test.each([
  ['reason', 'key'],
  ['context', 'multi'],
  ['username', 'other'],
  ['object', 'x'],
])('without a number, entries with another %s are not the same', (part, text) => {
  const entry = { count: 1, reason: 'command', context: 'lua', username: 'me', object: 'get' }
  const keyOf = (parts: object) => readAclLog([Object.entries(parts).flat()])[0]?.key

  expect(keyOf({ ...entry, count: 7 })).toBe(keyOf(entry))
  expect(keyOf({ ...entry, [part]: text })).not.toBe(keyOf(entry))
})

test('an entry with less than we read has no context and no age', () => {
  const [entry] = readAclLog([['count', 2, 'reason', 'auth']])

  expect(entry).toMatchObject({ reason: 'auth', context: '', count: 2, ageSeconds: Number.NaN })
})

test.each<[string, Reply]>([
  ['nil', null],
  ['a text', 'none'],
  ['entries that are no lists', ['count', 1]],
  ['an entry without a count', [['reason', 'auth']]],
  ['an entry without a reason', [['count', 1]]],
  ['a count that is a text', [['count', '1', 'reason', 'auth']]],
  ['a count below 0', [['count', -1, 'reason', 'auth']]],
])('%s is a failure', (_form, reply) => {
  expect(() => readAclLog(reply)).toThrow(expect.objectContaining({ reason: 'parse' }))
})

test('an age that is nil is not 0', () => {
  const [entry] = readAclLog([['count', 1, 'reason', 'auth', 'age-seconds', null]])

  expect(entry?.ageSeconds).toBeNaN()
})
