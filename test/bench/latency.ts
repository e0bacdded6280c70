import type { Exporter } from '../support/exporter.ts'
import { startPeerExporter } from '../support/peer-exporter.ts'
import type { RedisServer } from '../support/redis-server.ts'
import { startReadyExporter } from './ready-exporter.ts'
import { createScraper, scrapeEvery } from './scraper.ts'
import { quantile } from './statistics.ts'
import { formatNumber, type Report } from './table.ts'

const scrapes = 200
const every = 25
const limit = 2_000

/** How long a scrape takes while Redis is healthy, and while it is stopped and answers nothing. */
export async function measureLatency(redis: RedisServer): Promise<Report> {
  // The shortest interval, so that a poll hangs in the midst of the scrapes.
  await using ours = await startReadyExporter({ REDIS_ADDR: redis.url, POLL_INTERVAL: '1s' })
  await using peer = await startPeerExporter({ env: { REDIS_ADDR: redis.url } })
  using ourScraper = createScraper(`${ours.url}/metrics`)
  using peerScraper = createScraper(`${peer.url}/metrics`)
  const scrapeBoth = (count: number) =>
    scrapeEvery([ourScraper, peerScraper], { every, limit, goOn: (done) => done < count })

  await scrapeBoth(scrapes / 10)
  const healthy = await scrapeBoth(scrapes)
  await redis.pause()
  const paused = await scrapeBoth(scrapes)
  const up = await readUp(ours)
  redis.resume()
  return {
    title: 'Latency of a scrape, with a healthy Redis and with one that is stopped (SIGSTOP)',
    notes: [
      `Milliseconds; ${scrapes} scrapes of each, one every ${every} ms, given up after ` +
        `${formatNumber(limit)} ms. Ours polls`,
      `every second. At the end of the stop it served redis_up ${up}.`,
    ],
    head: ['', 'answered', 'p50', 'p99', 'largest'],
    rows: [
      row('ours, healthy', healthy[0]),
      row('Go exporter, healthy', healthy[1]),
      row('ours, stopped', paused[0]),
      row('Go exporter, stopped', paused[1]),
    ],
  }
}

async function readUp({ get }: Exporter): Promise<string> {
  const { body } = await get('/metrics')
  return /^redis_up (.*)$/m.exec(body)?.[1] ?? 'nothing'
}

function row(name: string, times: readonly number[] = []): readonly string[] {
  const answered = times.filter(Number.isFinite).length
  const shares = [0.5, 0.99, 1].map((share) => formatTime(quantile(times, share)))
  return [name, `${answered} of ${times.length}`, ...shares]
}

function formatTime(milliseconds: number): string {
  return Number.isFinite(milliseconds)
    ? formatNumber(milliseconds, 2)
    : `over ${formatNumber(limit)}`
}
