import { expect, it } from 'vitest'
import type { Family } from '../support/exposition.ts'
import {
  familiesOf,
  type PolledTarget,
  polledTarget,
  pollValues,
} from '../support/polled-target.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'

const collect = ['slowlog-entries']

// Takes about 20 ms. It calls nothing: newer servers log what a script calls too.
const slowScript = 'local sum = 0 for i = 1, 4000000 do sum = sum + i end return sum'
const args = ['--slowlog-log-slower-than', '-1']

/**
 * Runs it while the log takes in whatever is done, however fast, and no longer: on a busy machine any
 * command may be slow. What begins that is an entry itself.
 */
async function runLogged(redis: RedisServer, ...values: readonly string[]): Promise<void> {
  const client = redis.client()
  await client.config('SET', 'slowlog-log-slower-than', '0')
  await client.eval(slowScript, 0, ...values)
  await client.config('SET', 'slowlog-log-slower-than', '-1')
}

/** What is counted when that was done so many times. */
const logged = (times: number) => ({ 'config|set': times, eval: times })

/** Polls; returns how many entries were counted by command, and how many were missed. */
async function pollCounts(target: PolledTarget) {
  const families = await familiesOf(await target.poll())
  const counts = samplesOf(families, 'redis_slowlog_entries_total')
  return {
    counts: Object.fromEntries(counts.map(({ labels, value }) => [labels.cmd ?? '', value])),
    missed: samplesOf(families, 'redis_slowlog_missed_total')[0]?.value,
  }
}

function samplesOf(families: readonly Family[], name: string) {
  return families.find((family) => family.name === name)?.samples ?? []
}

it('slow commands are counted with how long they took, those of before are not', async () => {
  await using redis = await startRedis({ args })
  using target = polledTarget(redis.url, { collect })
  await runLogged(redis)
  expect(await pollCounts(target)).toEqual({ counts: {}, missed: 0 })
  await runLogged(redis, 'secret')
  await runLogged(redis)
  const value = await pollValues(target)

  const cmd = 'eval'
  expect(value('redis_slowlog_entries_total', { cmd })).toBe(2)
  expect(value('redis_slowlog_missed_total')).toBe(0)
  const series = 'redis_slowlog_duration_seconds'
  expect(value(`${series}_sum`, { cmd })).toBeGreaterThan(0.01)
  expect(value(`${series}_bucket`, { cmd, le: '0.003' })).toBe(0)
  expect(value(`${series}_bucket`, { cmd, le: '+Inf' })).toBe(2)
  expect(await pollCounts(target)).toEqual({ counts: logged(2), missed: 0 })
})

it('counts go on after SLOWLOG RESET, and what it took away is missed', async () => {
  await using redis = await startRedis({ args })
  using target = polledTarget(redis.url, { collect })
  await target.poll()
  await runLogged(redis)
  await target.poll()
  await runLogged(redis)
  await redis.client().slowlog('RESET')
  expect(await pollCounts(target)).toEqual({ counts: logged(1), missed: 0 })
  await runLogged(redis)

  expect(await pollCounts(target)).toEqual({ counts: logged(2), missed: 2 })
})

it('counts begin anew with a server that was restarted', async () => {
  await using redis = await startRedis({ args })
  using target = polledTarget(redis.url, { collect })
  await target.poll()
  await runLogged(redis)
  expect(await pollCounts(target)).toEqual({ counts: logged(1), missed: 0 })
  await redis.restart()
  // The first poll may meet the end of the old connection.
  await target.poll()

  expect(await pollCounts(target)).toEqual({ counts: {}, missed: 0 })
  await runLogged(redis)
  expect(await pollCounts(target)).toEqual({ counts: logged(1), missed: 0 })
})

it.each([
  [128, 128, 173],
  [1000, 301, 0],
])('of 301 entries in a log of %i, %i are counted and %i missed', async (most, found, missed) => {
  await using redis = await startRedis({
    args: ['--slowlog-log-slower-than', '-1', '--slowlog-max-len', `${most}`],
  })
  using target = polledTarget(redis.url, { collect })
  const client = redis.client()
  await target.poll()
  // It is the first entry itself.
  await client.config('SET', 'slowlog-log-slower-than', '0')
  for (let count = 0; count < 300; count++) await client.set('secret', 'secret')
  await client.config('SET', 'slowlog-log-slower-than', '-1')

  const first = await pollCounts(target)
  expect(Object.values(first.counts).reduce((sum, one) => sum + one)).toBe(found)
  expect(first.missed).toBe(missed)
  expect(await pollCounts(target)).toEqual(first)
})

it('a renamed command is other, under whatever name it was called', async () => {
  await using redis = await startRedis({
    args: ['--slowlog-log-slower-than', '0', '--rename-command', 'ECHO', 'secret'],
  })
  using target = polledTarget(redis.url, { collect })
  await target.poll()
  await redis.client().call('secret', 'word')
  const result = await target.poll()

  const families = await familiesOf(result)
  expect(samplesOf(families, 'redis_slowlog_entries_total').length).toBeGreaterThan(1)
  expect(JSON.stringify(families)).not.toContain('secret')
})
