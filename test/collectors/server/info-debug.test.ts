import { expect, test } from 'vitest'
import { infoDebug } from '../../../src/collectors/server/info-debug.ts'
import { isRedisError } from '../../../src/redis/redis-error.ts'
import { collected, fakePoll } from '../../support/fake-poll.ts'
import { recordedAnswer } from '../../support/fixtures.ts'
import { unindented } from '../../support/unindented.ts'

test('Redis 7.4 tells of its event loop and the memory of Lua', async () => {
  expect(await collected(infoDebug, { replies: recordedAnswer('redis-7.4.1') })).toBe(unindented`
    # TYPE redis_allocator_active_lua_bytes gauge
    redis_allocator_active_lua_bytes 5111808
    # TYPE redis_allocator_allocated_lua_bytes gauge
    redis_allocator_allocated_lua_bytes 2022144
    # TYPE redis_allocator_frag_lua_bytes gauge
    redis_allocator_frag_lua_bytes 3089664
    # TYPE redis_allocator_resident_lua_bytes gauge
    redis_allocator_resident_lua_bytes 0
    # TYPE redis_eventloop_cmd_per_cycle_max gauge
    redis_eventloop_cmd_per_cycle_max 3
    # TYPE redis_eventloop_duration_aof_seconds_total counter
    redis_eventloop_duration_aof_seconds_total 0.000006
    # TYPE redis_eventloop_duration_cron_seconds_total counter
    redis_eventloop_duration_cron_seconds_total 0.0044
    # TYPE redis_eventloop_duration_max_seconds gauge
    redis_eventloop_duration_max_seconds 0.004607
  `)
})

test('a server before Redis 7.2 has nothing to tell', async () => {
  expect(await collected(infoDebug, { replies: recordedAnswer('redis-7.0.15') })).toBe('')
})

test('it is off unless asked for, and says what it costs', () => {
  expect(infoDebug.optIn).toBe(true)
  expect(infoDebug.cost).toContain('microseconds')
})

test('a reply that is no text is a failure', async () => {
  const failure = await infoDebug
    .collect(fakePoll({ replies: { 'INFO debug': 7 } }))
    .catch((error: unknown) => error)

  expect(isRedisError(failure) && failure.reason).toBe('parse')
})
