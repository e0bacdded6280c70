import { setTimeout as delay } from 'node:timers/promises'
import { answering, type Exporter } from '../../support/exporter.ts'
import { freePort } from '../../support/free-port.ts'
import type { RedisServer } from '../../support/redis-server.ts'
import { startSmallServer } from '../bare-node.ts'
import { startReadyExporter } from '../ready-exporter.ts'
import { createScraper, scrapeEvery } from '../scraper.ts'
import { quantile } from '../statistics.ts'
import { formatNumber, type Report } from '../table.ts'
import { scaled } from './scale.ts'
import { startWalker } from './walker.ts'
import { checkKeys } from './work.ts'

const every = 5
const limit = 5_000
const scrapeInterval = 1_000
const lookInterval = 500
const restSeconds = scaled(10)

/** The times of ours, and of a bare server at the same moments. */
interface Seen {
  readonly name: string
  readonly ours: readonly number[]
  readonly bare: readonly number[]
  /** The longest lag of the event loop by our own word. */
  readonly lag: number
}

/** How long the event loop of ours stands still while it encodes the series of many keys. */
export async function measureStalls(redis: RedisServer): Promise<readonly Report[]> {
  const runtime = { REDIS_EXPORTER_INCLUDE_GO_RUNTIME_METRICS: 'true' }
  await using bare = await startBare()
  return [report([await atRest(redis, bare, runtime), ...(await walking(redis, bare, runtime))])]
}

async function startBare(): Promise<Exporter> {
  const port = await freePort()
  return await answering(startSmallServer(port), port, '/')
}

type Environment = Readonly<Record<string, string>>

async function atRest({ url }: RedisServer, bare: Exporter, env: Environment): Promise<Seen> {
  await using exporter = await startReadyExporter({ REDIS_ADDR: url, ...env })
  const rest = () => delay(restSeconds * 1e3)
  const times = await ask(exporter, bare, rest())
  return { name: 'no walk', ...times, lag: await longestLag(exporter, rest()) }
}

async function walking(
  redis: RedisServer,
  bare: Exporter,
  env: Environment,
): Promise<readonly Seen[]> {
  await using walker = await startWalker(redis, checkKeys, { ...env, SCAN_MAX_LOAD: '0' })
  const first = await ask(walker, bare, walker.walk(0))
  const later = await ask(walker, bare, walker.walk(2))
  const lag = await longestLag(walker, walker.walk(4))
  return [
    { name: 'first walk', ...first, lag: Number.NaN },
    { name: 'two more, as the first is served', ...later, lag },
  ]
}

/** Asks both while something is done, and scrapes ours now and then as Prometheus does. */
async function ask({ url }: Exporter, bare: Exporter, work: Promise<unknown>) {
  using health = createScraper(`${url}/healthz`)
  using metrics = createScraper(`${url}/metrics`)
  using others = createScraper(`${bare.url}/`)
  let isOver = false
  const goOn = () => !isOver
  const scraping = scrapeEvery([metrics], { every: scrapeInterval, limit, goOn })
  const asking = scrapeEvery([health, others], { every, limit, goOn })
  await work
  isOver = true
  await scraping
  const [ours = [], theirs = []] = await asking
  return { ours, bare: theirs }
}

/** In milliseconds. What we read then are many megabytes, so nothing else is measured meanwhile. */
async function longestLag({ get }: Exporter, work: Promise<unknown>): Promise<number> {
  let isOver = false
  void work.finally(() => {
    isOver = true
  })
  let longest = 0
  while (!isOver) {
    // What it tells is the longest of the last second.
    const { body } = await get('/metrics')
    const [, seconds] = /^nodejs_eventloop_lag_max_seconds (.*)$/m.exec(body) ?? []
    longest = Math.max(longest, Number(seconds) * 1e3)
    await delay(lookInterval)
  }
  return longest
}

function report(seen: readonly Seen[]): Report {
  const row = (name: string, times: readonly number[], lag: string) => [
    name,
    formatNumber(times.length),
    ...[0.5, 0.99, 1].map((share) => formatNumber(quantile(times, share), 2)),
    lag,
  ]
  return {
    title: 'Stalls of the event loop while the series of many keys are encoded',
    notes: [
      `Milliseconds that GET /healthz takes, asked every ${every} ms, and bare node:http at the same moments;`,
      `/metrics is scraped every ${formatNumber(scrapeInterval)} ms besides. The walk: ${checkKeys.name}, no limit, with`,
      'all their series. Lag: nodejs_eventloop_lag_max_seconds in a run of its own; at rest it is 10.',
    ],
    head: ['', 'requests', 'p50', 'p99', 'largest', 'lag'],
    rows: seen.flatMap(({ name, ours, bare, lag }) => [
      row(name, ours, Number.isNaN(lag) ? '' : formatNumber(lag, 1)),
      row('   bare node:http', bare, ''),
    ]),
  }
}
