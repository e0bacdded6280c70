import { eventually } from '../support/eventually.ts'
import { startExporter } from '../support/exporter.ts'
import { longInfo } from '../support/long-info.ts'
import { answers } from '../support/peer-behaviours.ts'
import { resp } from '../support/resp.ts'
import { startPeer } from '../support/scripted-peer.ts'
import { createScraper, scrapeEvery } from './scraper.ts'
import { quantile } from './statistics.ts'
import { formatNumber, type Report } from './table.ts'

const every = 5
const limit = 30_000
const seconds = 20

/** How long a probe waits while the exporter polls a server that lists a great deal. */
export async function measureTurns(): Promise<Report> {
  const rows: string[][] = []
  for (const commands of [10, 1_000, 10_000, 200_000]) rows.push(await measure(commands))
  return {
    title: 'The longest turn of the event loop, by what a server lists',
    notes: [
      `Milliseconds until /healthz answers, asked every ${every} ms for ${seconds} s, while a poll`,
      'every five seconds reads so many lines of each commandstats, errorstats and latencystats;',
      'and the largest lag of the event loop by our own word. The first row lists next to nothing.',
    ],
    head: ['lines of each', 'MB of INFO', 'series', 'p50', 'p99', 'largest', 'lag of the loop'],
    rows,
  }
}

async function measure(commands: number): Promise<string[]> {
  const info = longInfo(commands)
  const encoded = resp.bulk(info)
  await using peer = await startPeer(
    answers(([name]) => (name === 'INFO' ? encoded : resp.error('ERR unknown command'))),
  )
  await using exporter = await startExporter({
    env: {
      REDIS_ADDR: peer.url,
      POLL_INTERVAL: '5s',
      POLL_TIMEOUT: '5s',
      REDIS_EXPORTER_INCLUDE_GO_RUNTIME_METRICS: 'true',
    },
  })
  using health = createScraper(`${exporter.url}/healthz`)
  let series = 0
  const isUp = eventually(
    async () => {
      series = await served(exporter)
    },
    { within: 30_000 },
  ).catch(() => undefined)
  const end = performance.now() + seconds * 1e3
  const [times = []] = await scrapeEvery([health], {
    every,
    limit,
    goOn: () => performance.now() < end,
  })
  await isUp
  const lag = await readValue(exporter, 'nodejs_eventloop_lag_max_seconds')
  return [
    formatNumber(commands),
    formatNumber(info.length / 1e6, 1),
    series === 0 ? 'down' : formatNumber(series),
    ...[0.5, 0.99, 1].map((share) => formatNumber(quantile(times, share), 2)),
    formatNumber(lag * 1e3, 1),
  ]
}

async function served(exporter: Awaited<ReturnType<typeof startExporter>>): Promise<number> {
  if ((await readValue(exporter, 'redis_up')) !== 1) throw new Error('the target is not up')
  return await readValue(exporter, 'redis_exporter_snapshot_series')
}

async function readValue(
  { get }: Awaited<ReturnType<typeof startExporter>>,
  name: string,
): Promise<number> {
  const { body } = await get('/metrics')
  return Number(new RegExp(`^${name} (.*)$`, 'm').exec(body)?.[1])
}
