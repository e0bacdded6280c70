import { setTimeout as delay } from 'node:timers/promises'
import type { Exporter } from '../../support/exporter.ts'
import { startPeerExporter } from '../../support/peer-exporter.ts'
import type { RedisServer } from '../../support/redis-server.ts'
import { createScraper } from '../scraper.ts'
import { spread } from '../statistics.ts'
import { formatNumber, formatSpread, type Report } from '../table.ts'
import { type CommandTime, secondsOf, watchCommands } from './command-times.ts'
import { allTraffic, type Latency, type Traffic } from './traffic.ts'
import { startWalker } from './walker.ts'
import { checkKeys, keyGroups, type Work } from './work.ts'

type Client = ReturnType<RedisServer['client']>
type Run = () => Promise<readonly Latency[]>

/** Who else uses the server while the traffic runs. */
interface Companion {
  readonly name: string
  readonly beside: (redis: RedisServer, run: Run) => Promise<readonly Latency[]>
}

interface Phase {
  /** Always the same number, so that those of two phases of a round are pairs. */
  readonly latencies: readonly Latency[]
  /** The share of one core that Redis spent on others than the traffic. */
  readonly load: number
}

const patience = 10 * 60_000
// The start of a program is no walk.
const settleMilliseconds = 1_000

/** How long others wait for the server while its keys are walked, ours and theirs. */
export async function measureTrafficEffect(redis: RedisServer): Promise<readonly Report[]> {
  const companions: readonly Companion[] = [checkKeys, keyGroups].flatMap((work) => [
    { name: `${work.name}, ours`, beside: besideOurs(work) },
    { name: '   Go exporter', beside: besideTheirs(work) },
  ])
  return allTraffic.map((traffic) => ({
    title: `Latency of others: ${traffic.name}`,
    notes: [
      `Milliseconds; rounds: ${traffic.rounds}, each alone and right after it beside an exporter; medians`,
      '(smallest-largest). Ours walks at its default budget, one walk after the other; the Go exporter',
      'is scraped again and again. Load: the share of a core that Redis spent on the exporter.',
    ],
    head: ['', 'p50', 'alone', 'p99', 'alone', 'p99 above alone', 'largest', 'alone', 'load'],
    rows: measureTraffic(redis, traffic, companions),
  }))
}

async function* measureTraffic(
  redis: RedisServer,
  traffic: Traffic,
  companions: readonly Companion[],
): AsyncGenerator<readonly string[]> {
  const client = redis.client()
  for (const { name, beside } of companions) {
    const alone: Phase[] = []
    const phases: Phase[] = []
    for (let round = 0; round < traffic.rounds; round++) {
      alone.push(await runPhase(redis, client, traffic, (_, run) => run()))
      phases.push(await runPhase(redis, client, traffic, beside))
    }
    yield row(name, phases, alone)
  }
}

async function runPhase(
  redis: RedisServer,
  client: Client,
  traffic: Traffic,
  beside: Companion['beside'],
): Promise<Phase> {
  const readCommands = await watchCommands(client)
  const readSeconds = async () => secondsOf((await readCommands()).commands.filter(isNoTraffic))
  let load = 0
  const latencies = await beside(redis, async () => {
    const [start, before] = [performance.now(), await readSeconds()]
    const result = await traffic.run(redis)
    const seconds = (performance.now() - start) / 1e3
    load = ((await readSeconds()) - before) / seconds
    return result
  })
  return { latencies, load }
}

function isNoTraffic({ name }: CommandTime): boolean {
  return name !== 'get' && name !== 'set'
}

/** Ours walks all the time, at its default budget. */
function besideOurs(work: Work): Companion['beside'] {
  return async (redis, run) => {
    await using _walker = await startWalker(redis, work)
    await delay(settleMilliseconds)
    return await run()
  }
}

/** The Go exporter is scraped all the time, so that it walks all the time as ours does. */
function besideTheirs(work: Work): Companion['beside'] {
  return async (redis, run) => {
    await using peer = await startPeerExporter({ env: { REDIS_ADDR: redis.url, ...work.env } })
    const over = new AbortController()
    const scraping = scrapeUntil(over.signal, peer)
    await delay(settleMilliseconds)
    const latencies = await run()
    over.abort()
    await peer.stop()
    await scraping
    return latencies
  }
}

async function scrapeUntil(over: AbortSignal, { url }: Exporter): Promise<void> {
  using scraper = createScraper(`${url}/metrics`)
  while (!over.aborted)
    await scraper.scrape(patience).catch((error: unknown) => {
      // The last one ends when the exporter is stopped.
      if (!over.aborted) throw error
    })
}

function row(name: string, phases: readonly Phase[], alone: readonly Phase[]): readonly string[] {
  const read = (of: readonly Phase[], what: keyof Latency) =>
    of.flatMap(({ latencies }) => latencies.map((latency) => latency[what]))
  const median = (of: readonly Phase[], what: keyof Latency) =>
    formatNumber(spread(read(of, what)).median, 3)
  const largest = (of: readonly Phase[]) => formatNumber(Math.max(...read(of, 'largest')), 1)
  const before = read(alone, 'p99')
  const above = read(phases, 'p99').map((p99, index) => p99 - (before[index] ?? Number.NaN))
  return [
    name,
    ...[median(phases, 'p50'), median(alone, 'p50')],
    ...[formatSpread(spread(read(phases, 'p99')), 2), median(alone, 'p99')],
    formatSpread(spread(above), 2),
    ...[largest(phases), largest(alone)],
    formatNumber(spread(phases.map(({ load }) => load)).median, 3),
  ]
}
