import { setTimeout as delay } from 'node:timers/promises'
import { type Exporter, startExporter } from '../support/exporter.ts'
import { resp } from '../support/resp.ts'
import { startPeer } from '../support/scripted-peer.ts'
import { walkablePeer } from '../support/walkable-peer.ts'
import { anonymousBytes } from './process-figures.ts'
import { startScrapingProcess } from './scraping-process.ts'
import { quantile } from './statistics.ts'
import { formatNumber, type Report } from './table.ts'
import { turnsOf } from './turns-of.ts'

const every = 10
const limit = 10_000
/** How long the server is quiet, and then hostile, by turns. */
const phaseSeconds = 2
const during = phaseSeconds * 1e3
const rounds = 5
const megabyte = 2 ** 20

/** What a server sends in the place of what it is asked for, without an end as far as we can see. */
interface Attack {
  readonly what: string
  /** The commands that are answered so. */
  readonly to: RegExp
  readonly bytes: string
}

const endless = 4 * megabyte
const repeated = (head: string, piece: string) => head + piece.repeat(endless / piece.length)

const attacks: readonly Attack[] = [
  { what: 'nothing', to: /^$/, bytes: '' },
  { what: 'a line, to the walk', to: /^SCAN/, bytes: repeated('+', 'a') },
  { what: 'a text, to the walk', to: /^SCAN/, bytes: repeated('$500000000000\r\n', 'a') },
  { what: 'numbers, to the walk', to: /^SCAN/, bytes: repeated('*2000000000\r\n', ':1\r\n') },
  { what: 'a million keys', to: /^SCAN/, bytes: manyKeys(1_000_000) },
  { what: 'a hundred thousand keys', to: /^SCAN/, bytes: manyKeys(100_000) },
  { what: '60,000 lists, to a poll', to: /^SLOWLOG GET/, bytes: emptyLists(60_000) },
  { what: '30,000 lists, to a poll', to: /^SLOWLOG GET/, bytes: emptyLists(30_000) },
  { what: 'a line, to a poll', to: /^INFO/, bytes: repeated('+', 'a') },
  { what: 'numbers, to a poll', to: /^INFO/, bytes: repeated('*2000000000\r\n', ':1\r\n') },
]

function manyKeys(count: number): string {
  const keys = Array.from({ length: count }, (_, index) => resp.bulk(`key:${index}`))
  return resp.array([resp.bulk('0'), resp.array(keys)])
}

function emptyLists(count: number): string {
  return resp.array(Array.from({ length: count }, () => resp.array([])))
}

const args = [
  ...['--poll.interval=1s', '--scan.interval=1s', '--scan.max-load=0', '--log-level=error'],
  ...['--check-keys=key:1*', '--count-keys=*'],
]

/** How long a scrape takes while a server is quiet and while it is hostile, in one run. */
export function measureHostile(): Report {
  return {
    title: 'Scrapes while a server sends what has no end',
    notes: [
      `Milliseconds of a scrape, one every ${every} ms, while the server is quiet and while it answers with`,
      `this, by turns of ${phaseSeconds} s, ${rounds} of each; the exporter polls and walks every second. The longest`,
      'turn of its event loop by processor time, in another such run; its anonymous memory in MiB at most.',
    ],
    head: [
      ...['', 'quiet p50', 'p99', 'largest', 'hostile p50', 'p99', 'largest', 'p99 / quiet'],
      ...['processor', 'MiB'],
    ],
    rows: eachMeasured(),
  }
}

async function* eachMeasured() {
  for (const attack of attacks) yield await measure(attack)
}

async function measure({ what, to, bytes }: Attack): Promise<string[]> {
  let isHostile = false
  const server = walkablePeer({
    instead: (command) => (isHostile && to.test(command) ? bytes : undefined),
  })
  await using peer = await startPeer(server.behaviour)
  using scraper = startScrapingProcess()
  const options = { args: [`--redis.addr=${peer.url}`, ...args] }
  const phase = async (exporter: Exporter, now: boolean) => {
    isHostile = now
    // A walk or a poll that is under way ends as it began.
    await delay(1_500)
    return await scraper.scrape({ url: `${exporter.url}/metrics`, every, limit, during })
  }
  const quiet: number[] = []
  const hostile: number[] = []
  const memory: number[] = []
  await using exporter = await startExporter(options)
  const looking = setInterval(() => memory.push(anonymousBytes(exporter.pid)), 50)
  // The code of the quiet way is warm after that.
  await phase(exporter, false)
  for (let round = 0; round < rounds; round++) {
    quiet.push(...(await phase(exporter, false)))
    hostile.push(...(await phase(exporter, true)))
  }
  clearInterval(looking)
  await exporter.stop()
  const turns = await turnsOf(options, async (probed) => {
    const began = Date.now()
    await phase(probed, true)
    return began
  })
  const shares = [0.5, 0.99, 1]
  const formatted = (times: readonly number[]) =>
    shares.map((share) => formatNumber(quantile(times, share), 2))
  return [
    what,
    ...formatted(quiet),
    ...formatted(hostile),
    formatNumber(quantile(hostile, 0.99) / quantile(quiet, 0.99), 2),
    formatNumber(Math.max(0, ...turns.map(({ processor }) => processor)), 1),
    formatNumber(Math.max(...memory) / megabyte),
  ]
}
