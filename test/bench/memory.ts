import type { Exporter } from '../support/exporter.ts'
import { startPeerExporter } from '../support/peer-exporter.ts'
import type { RedisServer } from '../support/redis-server.ts'
import { startIdleNode } from './bare-node.ts'
import { settledResidentBytes } from './process-figures.ts'
import { startReadyExporter } from './ready-exporter.ts'
import { createScraper } from './scraper.ts'
import { formatNumber, type Report } from './table.ts'

const scrapes = 1_000

/** Resident memory after the start and after some scrapes. */
export async function measureMemory(redis: RedisServer): Promise<Report> {
  const env = { REDIS_ADDR: redis.url }
  await using bare = startIdleNode()
  await using ours = await startReadyExporter(env)
  await using peer = await startPeerExporter({ env })
  const bareBytes = await settledResidentBytes(bare.pid)
  const cell = (bytes: number) =>
    `${formatNumber(bytes / 2 ** 20, 1)} (${formatNumber(bytes / bareBytes, 2)})`
  return {
    title: 'Resident memory',
    notes: ['VmRSS in MiB once it has settled, and (as a multiple of the bare Node.js process).'],
    head: ['', 'after the start', `after ${formatNumber(scrapes)} scrapes`],
    rows: [
      ['ours', ...(await measureServer(ours)).map(cell)],
      ['Go exporter', ...(await measureServer(peer)).map(cell)],
      ['bare Node.js process', cell(bareBytes)],
    ],
  }
}

async function measureServer({ pid, url }: Exporter): Promise<readonly number[]> {
  const atStart = await settledResidentBytes(pid)
  using scraper = createScraper(`${url}/metrics`)
  for (let scrape = 0; scrape < scrapes; scrape++) await scraper.scrape(10_000)
  return [atStart, await settledResidentBytes(pid)]
}
