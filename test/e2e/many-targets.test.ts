import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually as eventuallyWithin } from '../support/eventually.ts'
import { type Exporter, startExporter } from '../support/exporter.ts'
import { checkExposition, type Family } from '../support/exposition.ts'
import { freePort } from '../support/free-port.ts'
import { trackSockets } from '../support/listening-sockets.ts'
import { loopbackHosts } from '../support/loopback-hosts.ts'
import { type LoopbackServers, startLoopbackServers } from '../support/loopback-servers.ts'

// Two hundred targets of which half are silent, and some at whose addresses nobody listens.

// As by default: in less, a busy machine does not get through two hundred targets.
const intervalSeconds = 15
const maxConnecting = 10
const lastError = 'redis_exporter_last_scrape_error'

// On a busy machine a minute may pass until two hundred targets were polled.
const eventually: typeof eventuallyWithin = (attempt, options) =>
  eventuallyWithin(attempt, { within: 180_000, ...options })

let servers: LoopbackServers
let sound: readonly string[]
let silent: readonly string[]
let refused: readonly string[]
let exporter: Exporter

beforeAll(async () => {
  servers = await startLoopbackServers({ count: 2, kind: 'half of them silent' })
  const addresses = servers.addresses(200)
  sound = addresses.filter((_, index) => index % 2 === 0)
  silent = addresses.filter((_, index) => index % 2 === 1)
  const port = await freePort()
  refused = loopbackHosts(10).map((host) => `redis://${host}:${port}`)
  exporter = await startWith(`--poll.interval=${intervalSeconds}s`, '--poll.max-age=60s')
}, 120_000)
afterAll(async () => {
  await exporter[Symbol.asyncDispose]()
  await servers[Symbol.asyncDispose]()
})

function startWith(...args: readonly string[]): Promise<Exporter> {
  return startExporter({
    env: { REDIS_ADDR: [...sound, ...silent, ...refused].join(',') },
    args: ['--poll.timeout=12s', `--poll.max-connecting=${maxConnecting}`, ...args],
  })
}

/** The sum of what a metric says of each target. */
function ofTargets(families: readonly Family[], metric: string): (target: string) => number {
  const sums = new Map<string, number>()
  for (const { name, labels, value } of families.flatMap(({ samples }) => samples)) {
    const { target } = labels
    if (name === metric && target !== undefined) sums.set(target, (sums.get(target) ?? 0) + value)
  }
  return (target) => sums.get(target) ?? Number.NaN
}

/** Waits until all have been polled, and gives what is served then. */
async function metricsOf(running: Exporter): Promise<readonly Family[]> {
  return await eventually(async () => {
    expect((await running.get('/ready')).status).toBe(200)
    return await running.metrics()
  })
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0)

/** When the last polls began. */
async function begunAt(running: Exporter): Promise<readonly number[]> {
  const families = await metricsOf(running)
  return sound.map(ofTargets(families, 'redis_exporter_snapshot_timestamp_seconds'))
}

describe('many targets, half of which are dead', () => {
  it('are told of in one sound body', async () => {
    await metricsOf(exporter)
    const { bytes } = await exporter.get('/metrics')

    expect(checkExposition(bytes)).toEqual([])
    const up =
      Buffer.from(bytes)
        .toString()
        .match(/^redis_up\{target="[^"]+"\} [01]$/gm) ?? []
    expect(new Set(up).size).toBe(sound.length + silent.length + refused.length)
  })

  it('are each what they are', async () => {
    // A busy machine misses the deadline of some polls, each time of others.
    const seenUp = new Set<string>()
    await eventually(async () => {
      const up = ofTargets(await metricsOf(exporter), 'redis_up')
      for (const target of [...sound, ...silent, ...refused])
        if (up(target) === 1) seenUp.add(target)
      expect(sound.filter((target) => !seenUp.has(target))).toEqual([])
      expect([...silent, ...refused].filter((target) => up(target) !== 0)).toEqual([])
    })
    expect([...seenUp].sort()).toEqual([...sound].sort())
  })

  it('are polled all over the interval', async () => {
    await eventually(async () => {
      const fifths = Array.from({ length: 5 }, () => 0)
      for (const time of await begunAt(exporter)) {
        const fifth = Math.floor((5 * (time % intervalSeconds)) / intervalSeconds)
        fifths[fifth] = (fifths[fifth] ?? 0) + 1
      }
      expect(sum(fifths)).toBe(sound.length)
      expect(Math.max(...fifths)).toBeLessThanOrEqual(sound.length / 2)
      expect(Math.min(...fifths)).toBeGreaterThan(0)
    })
  })

  it('cost those that are well no poll, and none of them is served too old', async () => {
    // Where the machine stood still for an interval, another time must show it.
    await eventually(
      async () => {
        const before = await metricsOf(exporter)
        const after = await afterPolls(2, before)
        const more = (metric: string) => (target: string) =>
          ofTargets(after, metric)(target) - ofTargets(before, metric)(target)

        expect(sum(sound.map(more('redis_exporter_poll_skipped_total')))).toBe(0)
        const polls = more('redis_exporter_polls_total')
        // Which are polled more and more seldom.
        expect(sum(silent.map(polls))).toBeLessThan(sum(sound.map(polls)))
      },
      { within: 280_000 },
    )
  })

  it('have the same place in the interval when the exporter is started again', async () => {
    await using another = await startWith(`--poll.interval=${intervalSeconds}s`)
    const polled = ofTargets(await metricsOf(another), 'redis_exporter_polls_total')
    expect(polled(sound[0] ?? '')).toBeGreaterThan(0)

    // The interval begins with the process: all are moved by the same time.
    await eventually(async () => {
      const [one, other] = await Promise.all([begunAt(exporter), begunAt(another)])
      const moved = one.map((time, index) => (other[index] ?? Number.NaN) - time)
      expect(Math.max(...moved.map((by) => near(by, moved)))).toBeGreaterThan(0.9 * sound.length)
    })
  })

  it('connect for the first time some at once, until they answer or have been silent for a while', async () => {
    // No poll follows on the first one for long.
    await using another = await startWith('--poll.interval=10m')
    const families = await metricsOf(another)
    const polls = ofTargets(families, 'redis_exporter_polls_total')
    const began = ofTargets(families, 'redis_exporter_snapshot_timestamp_seconds')
    const took = ofTargets(families, 'redis_exporter_last_scrape_duration_seconds')
    const first = [...sound, ...silent].filter((target) => polls(target) === 1)
    expect(first.length).toBeGreaterThan(5 * maxConnecting)

    // They have twice that time to answer; by our own clock, which no busy machine bends.
    const patience = 0.1
    const spans = first.map((target) => ({
      from: began(target),
      to: began(target) + Math.min(patience, took(target)),
    }))
    const connecting = spans.map(
      ({ from: at }) => spans.filter(({ from, to }) => from <= at && at < to).length,
    )
    expect(Math.max(...connecting)).toBeLessThanOrEqual(maxConnecting)
    // As fast as that allows.
    expect(Math.max(...connecting)).toBeGreaterThan(1)
  })

  it('connect for the first time some at once, as a server sees it that says nothing', async () => {
    const accepted: number[] = []
    const server = createServer(() => void accepted.push(Date.now()))
    const { port, close } = await trackSockets(server, 0, '0.0.0.0')
    const addresses = loopbackHosts(100).map((host) => `redis://${host}:${port}`)
    await using another = await startExporter({
      env: { REDIS_ADDR: addresses.join(',') },
      args: ['--poll.interval=10m', `--poll.max-connecting=${maxConnecting}`],
    })
    await eventually(() => expect(accepted.length).toBe(addresses.length))
    await close()

    // Each has 200 ms, by a clock of whole milliseconds, until the next one may. What a busy machine shows us
    // late was allowed all the more.
    const [, began = ''] = /\[([^\]]+)\] INFO: starting /.exec(another.logs()) ?? []
    const most = accepted.map(
      (time) => maxConnecting * (1 + Math.floor((time - Date.parse(began)) / 190)),
    )
    const tooSoon = accepted.filter((_, index) => !(index < (most[index] ?? 0)))
    expect(tooSoon).toEqual([])
  })
})

/** What is served once each that is well was polled so many times more; none is served too old until then. */
async function afterPolls(count: number, before: readonly Family[]): Promise<readonly Family[]> {
  const polledBefore = ofTargets(before, 'redis_exporter_polls_total')
  const stale: string[] = []
  const after = await eventually(
    async () => {
      const now = await exporter.metrics()
      stale.push(...staleIn(now))
      const polled = ofTargets(now, 'redis_exporter_polls_total')
      for (const target of sound)
        expect(polled(target)).toBeGreaterThanOrEqual(polledBefore(target) + count)
      return now
    },
    { every: 1_000 },
  )
  expect(stale).toEqual([])
  return after
}

/** The targets of which nothing is told any more, since no poll has ended for long: one that misses its deadline ends. */
function staleIn(families: readonly Family[]): readonly string[] {
  return families
    .flatMap(({ samples }) => samples)
    .filter(({ name, labels }) => name === lastError && labels.err?.startsWith('stale'))
    .flatMap(({ labels }) => labels.target ?? [])
}

/** How many of these are within a second of it, in any interval. */
function near(time: number, others: readonly number[]): number {
  return others.filter((other) => {
    const apart = Math.abs(other - time) % intervalSeconds
    return Math.min(apart, intervalSeconds - apart) < 1
  }).length
}
