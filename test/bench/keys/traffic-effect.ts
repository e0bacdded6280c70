import { setTimeout as delay } from 'node:timers/promises'
import type { Exporter } from '../../support/exporter.ts'
import { startPeerExporter } from '../../support/peer-exporter.ts'
import type { RedisServer } from '../../support/redis-server.ts'
import { createScraper } from '../scraper.ts'
import { ratios, spread } from '../statistics.ts'
import { formatNumber, formatSpread, type Report } from '../table.ts'
import { type CommandTime, secondsOf, watchCommands } from './command-times.ts'
import { allTraffic, type Latency, type Traffic } from './traffic.ts'
import { startWalker } from './walker.ts'
import { allWork, type Work } from './work.ts'

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
  const companions: readonly Companion[] = [
    { name: 'alone', beside: (_, run) => run() },
    ...allWork.flatMap((work) => [
      { name: `${work.name}, ours`, beside: besideOurs(work) },
      { name: '   Go exporter', beside: besideTheirs(work) },
    ]),
  ]
  const reports: Report[] = []
  for (const traffic of allTraffic) reports.push(await measureTraffic(redis, traffic, companions))
  return reports
}

async function measureTraffic(
  redis: RedisServer,
  traffic: Traffic,
  companions: readonly Companion[],
): Promise<Report> {
  const client = redis.client()
  const phases = companions.map(() => [] as Phase[])
  for (let round = 0; round < traffic.rounds; round++)
    for (const [index, companion] of companions.entries())
      phases[index]?.push(await runPhase(redis, client, traffic, companion))
  return report(
    traffic,
    companions.map(({ name }, index) => ({ name, phases: phases[index] ?? [] })),
  )
}

async function runPhase(
  redis: RedisServer,
  client: Client,
  traffic: Traffic,
  { beside }: Companion,
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

function report(
  traffic: Traffic,
  results: readonly { readonly name: string; readonly phases: readonly Phase[] }[],
): Report {
  const read = (phases: readonly Phase[], of: keyof Latency) =>
    phases.flatMap(({ latencies }) => latencies.map((latency) => latency[of]))
  const alone = results[0]?.phases ?? []
  return {
    title: `Latency of others: ${traffic.name}`,
    notes: [
      `Milliseconds; ${traffic.rounds} rounds in turns, median (smallest-largest). Ours walks at its`,
      'default budget, one walk after the other; the Go exporter is scraped again and again. p99',
      'against alone: round by round. Load: the share of a core that Redis spent on the exporter.',
    ],
    head: ['', 'p50', 'p99', 'largest', 'p99 against alone', 'load'],
    rows: results.map(({ name, phases }) => [
      name,
      formatNumber(spread(read(phases, 'p50')).median, 3),
      formatSpread(spread(read(phases, 'p99')), 2),
      formatNumber(Math.max(...read(phases, 'largest')), 1),
      formatSpread(ratios(read(phases, 'p99'), read(alone, 'p99')), 2),
      formatNumber(spread(phases.map(({ load }) => load)).median, 3),
    ]),
  }
}
