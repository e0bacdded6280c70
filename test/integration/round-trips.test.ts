import { describe, expect, it } from 'vitest'
import type { PollResult } from '../../src/poller/poll-target.ts'
import { startDelayingProxy } from '../support/delaying-proxy.ts'
import { type PolledTarget, polledTarget } from '../support/polled-target.ts'
import { startCluster } from '../support/redis-cluster.ts'
import { startSentinel } from '../support/redis-sentinel.ts'
import { startRedis } from '../support/redis-server.ts'

const delay = 20

describe('over a network that adds 20 ms to every round trip', () => {
  it('a poll on a connection from before is one round trip', async () => {
    await using redis = await startRedis()
    await using proxy = await startDelayingProxy({ port: redis.port, roundTripDelay: delay })
    using target = polledTarget(`redis://127.0.0.1:${proxy.port}`)
    await target.poll()
    proxy.resetCounts()

    const results = await pollTimes(target, 10)

    expect(proxy.counts()).toMatchObject({ connections: 0, roundTrips: 10 })
    expect(results.map(({ roundTrips }) => roundTrips)).toEqual(Array(10).fill(1))
  })

  it('the first poll of a new connection is two round trips, one more with a password', async () => {
    await using redis = await startRedis({ password: 'tr0ub4dor' })
    await using proxy = await startDelayingProxy({ port: redis.port, roundTripDelay: delay })
    using target = polledTarget(`redis://:tr0ub4dor@127.0.0.1:${proxy.port}`)

    const { error, roundTrips } = await target.poll()

    expect(error).toBeUndefined()
    expect(roundTrips).toBe(2)
    expect(proxy.counts()).toMatchObject({ connections: 1, roundTrips: 3 })
  })

  it('a poll after a lost connection is up, two round trips behind one in vain at most', async () => {
    await using redis = await startRedis()
    await using proxy = await startDelayingProxy({ port: redis.port, roundTripDelay: delay })
    using target = polledTarget(`redis://127.0.0.1:${proxy.port}`)
    await target.poll()
    await redis.client().call('CLIENT', 'KILL', 'TYPE', 'normal')
    proxy.resetCounts()

    const results = await pollTimes(target, 2)

    const last = results.findLast(({ connectSeconds }) => connectSeconds > 0)
    expect(last?.error).toBeUndefined()
    expect([2, 3]).toContain(last?.roundTrips)
    expect(results.map(({ error }) => error)).toEqual([undefined, undefined])
  })
})

it('a PING with every poll, where asked for, is one round trip more', async () => {
  await using redis = await startRedis()
  using target = polledTarget(redis.url, { pingOnConnect: true })
  await target.poll()

  const { roundTrips, pingSeconds, seconds } = await target.poll()

  expect(roundTrips).toBe(2)
  expect(pingSeconds).toBeGreaterThan(0)
  expect(pingSeconds).toBeLessThan(seconds)
})

it('a poll of a cluster node is one round trip, CLUSTER INFO and all', async () => {
  await using cluster = await startCluster()
  using target = polledTarget(cluster.nodes[0]?.url ?? '')
  await target.poll()

  const { error, collectors, roundTrips } = await target.poll()

  expect(error).toBeUndefined()
  expect(collectors.filter((collector) => collector.error)).toEqual([])
  expect(roundTrips).toBe(1)
})

it('a poll of a Sentinel is one round trip', async () => {
  await using master = await startRedis()
  await using sentinel = await startSentinel({ masters: [{ name: 'mine', port: master.port }] })
  using target = polledTarget(sentinel.url)
  await target.poll()

  const { error, collectors, roundTrips } = await target.poll()

  expect(error).toBeUndefined()
  expect(collectors.filter((collector) => collector.error)).toEqual([])
  expect(roundTrips).toBe(1)
})

async function pollTimes(target: PolledTarget, times: number): Promise<readonly PollResult[]> {
  const results: PollResult[] = []
  for (let count = 0; count < times; count++) {
    results.push(await target.poll())
  }
  return results
}
