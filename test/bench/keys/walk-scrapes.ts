import type { Exporter } from '../../support/exporter.ts'
import type { RedisServer } from '../../support/redis-server.ts'
import { startReadyExporter } from '../ready-exporter.ts'
import { createScraper, scrapeEvery } from '../scraper.ts'
import { quantile, ratios, spread } from '../statistics.ts'
import { formatNumber, formatSpread, type Report } from '../table.ts'
import { scaled } from './scale.ts'
import { startWalker } from './walker.ts'
import { keyGroups } from './work.ts'

const rounds = 3
const scrapes = scaled(1_000)
const every = 10
const limit = 5_000

interface State {
  readonly name: string
  readonly start: (redis: RedisServer) => Promise<Exporter>
}

const states: readonly State[] = [
  { name: 'no walk', start: ({ url }) => startReadyExporter({ REDIS_ADDR: url }) },
  { name: 'walking, default budget', start: (redis) => startWalker(redis, keyGroups) },
  {
    name: 'walking, no limit',
    start: (redis) => startWalker(redis, keyGroups, { SCAN_MAX_LOAD: '0' }),
  },
]

/** How long a scrape of ours takes while a walk is under way. */
export async function measureWalkScrapes(redis: RedisServer): Promise<readonly Report[]> {
  const times = states.map(() => [] as (readonly number[])[])
  for (let round = 0; round < rounds; round++)
    for (const [index, state] of states.entries()) times[index]?.push(await scrapeIn(redis, state))
  return [report(times)]
}

async function scrapeIn(redis: RedisServer, { start }: State): Promise<readonly number[]> {
  await using exporter = await start(redis)
  using scraper = createScraper(`${exporter.url}/metrics`)
  const scrape = (count: number) =>
    scrapeEvery([scraper], { every, limit, goOn: (done) => done < count })
  await scrape(scrapes / 10)
  const [times = []] = await scrape(scrapes)
  return times
}

function report(times: readonly (readonly (readonly number[])[])[]): Report {
  const read = (index: number, share: number) =>
    (times[index] ?? []).map((round) => quantile(round, share))
  return {
    title: 'Scrapes of ours while a walk is under way',
    notes: [
      `Milliseconds; ${formatNumber(scrapes)} scrapes, one every ${every} ms, in each of ${rounds} rounds in turns. The walk:`,
      `${keyGroups.name}, one after the other.`,
    ],
    head: ['', 'p50', 'p99', 'largest', 'p99 against no walk'],
    rows: states.map(({ name }, index) => [
      name,
      formatSpread(spread(read(index, 0.5)), 2),
      formatSpread(spread(read(index, 0.99)), 2),
      formatNumber(Math.max(...read(index, 1)), 1),
      formatSpread(ratios(read(index, 0.99), read(0, 0.99)), 2),
    ]),
  }
}
