import { describe, expect, it } from 'vitest'
import { functionStats } from '../../src/collectors/modules/function-stats.ts'
import type { Command, Reply } from '../../src/redis/command.ts'
import { eventually } from '../support/eventually.ts'
import { fakePoll } from '../support/fake-poll.ts'
import { familiesOf, polledTarget, pollValues } from '../support/polled-target.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'

const everyOne = [
  ...['slowlog-entries', 'commandlog-entries', 'memory-stats', 'function-stats', 'hotkeys'],
]

/** Runs for a second: long enough to be met, short enough to wait for. */
const busyFor = `local function now() local t = redis.call('TIME') return t[1] * 1e6 + t[2] end
local start = now() while now() - start < 1000000 do end`

const library = `#!lua name=mine
redis.register_function('slow', function() ${busyFor} end)
redis.register_function('quick', function() return 1 end)`

it('with all of them on, a poll is one round trip and causes no error', async () => {
  await using redis = await startRedis()
  using target = polledTarget(redis.url, { collect: everyOne })
  await target.poll()
  const { error, collectors, roundTrips } = await target.poll()

  expect(error).toBeUndefined()
  expect(collectors.map(({ name }) => name)).toContain('memory-stats')
  expect(collectors.filter((collector) => collector.error)).toEqual([])
  expect(roundTrips).toBe(1)
  expect((await redis.info('stats')).total_error_replies).toBe('0')
})

it('memory for each key and the hash tables of each database', async () => {
  await using redis = await startRedis()
  const writes = redis.client({ db: 3 }).pipeline()
  for (let key = 0; key < 1000; key++) writes.set(`key:${key}`, 'value', 'EX', 3600)
  await writes.exec()
  using target = polledTarget(redis.url, { collect: ['memory-stats'] })
  const value = await pollValues(target)

  expect(value('redis_memory_keys')).toBe(1000)
  expect(value('redis_memory_per_key_bytes')).toBeGreaterThan(100)
  const [main, expires] = ['main', 'expires'].map((table) =>
    value(`redis_memory_overhead_hashtable_${table}_bytes`, { db: 'db3' }),
  )
  // A pointer for each of at least 1024 buckets, and an entry for each key.
  expect(main).toBeGreaterThan(1000 * 16)
  expect(expires).toBeGreaterThan(1000 * 16)
  expect(value('redis_memory_overhead_hashtable_main_bytes', { db: 'db5' })).toBeUndefined()
})

describe('with a library of two functions', () => {
  async function startWithLibrary() {
    const redis = await startRedis({ args: ['--lua-time-limit', '100'] })
    await redis.client().call('FUNCTION', 'LOAD', library)
    return redis
  }

  /** What the collector makes of what the server answers, by poll or not. */
  async function statsOf(redis: RedisServer) {
    const client = redis.client()
    const read = async (...[name, ...rest]: Command) => (await client.call(name, ...rest)) as Reply
    const samples = await functionStats.collect({ ...fakePoll({}), read })
    return Object.fromEntries(samples.map(({ metric, value }) => [metric.name, value]))
  }

  it('they are counted, and none runs', async () => {
    await using redis = await startWithLibrary()
    using target = polledTarget(redis.url, { collect: ['function-stats'] })
    const value = await pollValues(target)

    expect(value('redis_function_engine_libraries', { engine: 'LUA' })).toBe(1)
    expect(value('redis_function_engine_functions', { engine: 'LUA' })).toBe(2)
    expect(value('redis_function_running')).toBe(0)
  })

  it('one that runs long is told by the server, but a poll fails: it is busy', async () => {
    await using redis = await startWithLibrary()
    using target = polledTarget(redis.url, { collect: ['function-stats'] })
    await target.poll()
    const running = redis.client().fcall('slow', 0)
    const stats = await eventually(async () => {
      const found = await statsOf(redis)
      expect(found.function_running).toBe(1)
      return found
    })
    const { error } = await target.poll()
    await running
    const after = await familiesOf(await target.poll())

    expect(stats.function_running_seconds).toBeGreaterThan(0.09)
    expect(error?.reason).toBe('busy')
    expect(after.find(({ name }) => name === 'redis_up')?.samples[0]?.value).toBe(1)
  })

  it('while a script runs, the server does not even tell that', async () => {
    await using redis = await startWithLibrary()
    const running = redis.client().eval(busyFor, 0)
    await eventually(async () => await expect(statsOf(redis)).rejects.toThrow(/^BUSY/))
    await running

    expect((await statsOf(redis)).function_running).toBe(0)
  })
})
