import { setTimeout as delay } from 'node:timers/promises'
import type { Exporter } from '../support/exporter.ts'
import { startPeerExporter } from '../support/peer-exporter.ts'
import type { RedisServer } from '../support/redis-server.ts'
import { startIdleNode } from './bare-node.ts'
import { scaled } from './keys/scale.ts'
import { anonymousBytes, settledResidentBytes } from './process-figures.ts'
import { startReadyExporter } from './ready-exporter.ts'
import { createScraper } from './scraper.ts'
import { formatNumber, type Report } from './table.ts'

const scrapes = 1_000
const polls = scaled(1_000)

interface Figures {
  readonly resident: number
  readonly anonymous: number
}

/** Resident memory after the start, after some scrapes, and after some polls besides. */
export async function measureMemory(redis: RedisServer): Promise<Report> {
  const env = { REDIS_ADDR: redis.url }
  await using bare = startIdleNode()
  await using ours = await startReadyExporter({ ...env, POLL_INTERVAL: '1s' })
  await using peer = await startPeerExporter({ env })
  const ofBare = await figures(bare.pid)
  const cell = ({ resident, anonymous }: Figures) =>
    `${formatNumber(resident / 2 ** 20, 1)} (${formatNumber(resident / ofBare.resident, 2)}), ${formatNumber(anonymous / 2 ** 20, 1)}`
  const began = performance.now()
  const ofOurs = await measureServer(ours)
  const ofPeer = await measureServer(peer)
  await delay(Math.max(0, polls * 1e3 - (performance.now() - began)))
  return {
    title: 'Resident memory',
    notes: [
      'VmRSS in MiB once it has settled, and (as a multiple of the bare Node.js process); behind the',
      'comma what is anonymous of it, RssAnon. Ours polls each second.',
    ],
    head: [
      '',
      'after the start',
      `after ${formatNumber(scrapes)} scrapes`,
      `and ${formatNumber(polls)} polls`,
    ],
    rows: [
      ['ours', ...[...ofOurs, await figures(ours.pid)].map(cell)],
      ['Go exporter', ...ofPeer.map(cell)],
      ['bare Node.js process', cell(ofBare)],
    ],
  }
}

async function measureServer({ pid, url }: Exporter): Promise<readonly Figures[]> {
  const atStart = await figures(pid)
  using scraper = createScraper(`${url}/metrics`)
  for (let scrape = 0; scrape < scrapes; scrape++) await scraper.scrape(10_000)
  return [atStart, await figures(pid)]
}

async function figures(pid: number): Promise<Figures> {
  return { resident: await settledResidentBytes(pid), anonymous: anonymousBytes(pid) }
}
