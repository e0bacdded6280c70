import { startPeerExporter } from '../../support/peer-exporter.ts'
import type { RedisServer } from '../../support/redis-server.ts'
import { peakResidentBytes, residentBytes } from '../process-figures.ts'
import { createScraper } from '../scraper.ts'
import { ratios, spread } from '../statistics.ts'
import { formatNumber, formatSpread, type Report } from '../table.ts'
import { type CommandTimes, secondsOf, watchCommands } from './command-times.ts'
import { startWalker } from './walker.ts'
import { allWork, type Work } from './work.ts'

/** One exporter having done its work once. */
interface Run {
  readonly seconds: number
  readonly commands: CommandTimes
  readonly bytes: number
  readonly peakBytes: number
}

interface Round {
  readonly work: Work
  readonly ours: Run
  /** The seconds of a second walk of the same process. */
  readonly again: number
  readonly theirs: Run
}

type Client = ReturnType<RedisServer['client']>

const mostRounds = 5
// Debian's Go exporter takes half a minute to check the keys once.
const enoughMilliseconds = 30_000
const patience = 10 * 60_000

/** How long walks take that keep to no budget, what memory they need, and what they ask of Redis. */
export async function measureWalkTime(redis: RedisServer): Promise<readonly Report[]> {
  const client = redis.client()
  const rounds: Round[] = []
  for (const work of allWork) rounds.push(...(await runRounds(redis, client, work)))
  return [reportTimes(rounds), reportMemory(rounds), reportCommands(rounds)]
}

async function runRounds(
  redis: RedisServer,
  client: Client,
  work: Work,
): Promise<readonly Round[]> {
  const rounds: Round[] = []
  const end = performance.now() + enoughMilliseconds
  do {
    const ours = await runOurs(redis, client, work)
    rounds.push({ work, ...ours, theirs: await runTheirs(redis, client, work) })
  } while (rounds.length < mostRounds && performance.now() < end)
  return rounds
}

async function runOurs(redis: RedisServer, client: Client, work: Work) {
  const readCommands = await watchCommands(client)
  await using walker = await startWalker(redis, work, { SCAN_MAX_LOAD: '0' })
  const seconds = await walker.walk(0)
  const commands = await readCommands()
  // The old result is served while the new one is made: that takes the most memory.
  const again = await walker.walk(1)
  return { ours: { seconds, commands, ...memoryOf(walker.pid) }, again }
}

/** The time of one scrape with the work, without what any scrape takes. */
async function runTheirs(redis: RedisServer, client: Client, work: Work): Promise<Run> {
  const plain = await scrapeTheirs(redis, {})
  const readCommands = await watchCommands(client)
  const { seconds, ...memory } = await scrapeTheirs(redis, work.env)
  return { seconds: seconds - plain.seconds, commands: await readCommands(), ...memory }
}

async function scrapeTheirs(redis: RedisServer, env: Readonly<Record<string, string>>) {
  await using peer = await startPeerExporter({ env: { REDIS_ADDR: redis.url, ...env } })
  // Without gzip: what ours takes is that of encoding, and compressing comes after it.
  using scraper = createScraper(`${peer.url}/metrics`, {})
  const seconds = (await scraper.scrape(patience)) / 1e3
  return { seconds, ...memoryOf(peer.pid) }
}

function memoryOf(pid: number) {
  return { bytes: residentBytes(pid), peakBytes: peakResidentBytes(pid) }
}

function reportTimes(rounds: readonly Round[]): Report {
  return {
    title: 'Walks without a limit',
    notes: [
      'Seconds; median (smallest-largest) of rounds in turns, each with new processes. Ours: the',
      'first walk of a process and the second, by its own word (SCAN_MAX_LOAD=0). The Go exporter:',
      'a scrape with the option less one without. The ratio is that of the first walk; less is better.',
    ],
    head: ['', 'rounds', 'ours', 'ours again', 'Go exporter', 'ours/theirs'],
    rows: byWork(rounds, (of) => {
      const ours = of.map((one) => one.ours.seconds)
      const theirs = of.map((one) => one.theirs.seconds)
      const again = of.map((one) => one.again)
      return [
        String(of.length),
        ...[ours, again, theirs].map((list) => formatSpread(spread(list), 2)),
        formatSpread(ratios(ours, theirs), 3),
      ]
    }),
  }
}

function reportMemory(rounds: readonly Round[]): Report {
  const worst = (of: readonly Round[], read: (round: Round) => number) =>
    formatNumber(Math.max(...of.map(read)) / 2 ** 20)
  return {
    title: 'Resident memory of these walks',
    notes: [
      'MiB, the most of all rounds: VmRSS after two walks of ours and one scrape of the Go exporter,',
      'and VmHWM, the most that it ever was until then.',
    ],
    head: ['', 'ours', 'most', 'Go exporter', 'most'],
    rows: byWork(rounds, (of) => [
      worst(of, ({ ours }) => ours.bytes),
      worst(of, ({ ours }) => ours.peakBytes),
      worst(of, ({ theirs }) => theirs.bytes),
      worst(of, ({ theirs }) => theirs.peakBytes),
    ]),
  }
}

function reportCommands(rounds: readonly Round[]): Report {
  return {
    title: 'What these walks ask of Redis',
    notes: [
      'Of the first walk of each round, medians but for the largest. By INFO commandstats and',
      'latencystats; over 1 ms by SLOWLOG, in all rounds together.',
    ],
    head: ['', 'commands', 's of Redis', 'over 1 ms', 'largest ms', 'of', 'its mean µs'],
    rows: allWork.flatMap((work) => {
      const of = rounds.filter((round) => round.work === work)
      return [
        [`${work.name}, ours`, ...commandCells(of.map(({ ours }) => ours.commands))],
        ['   Go exporter', ...commandCells(of.map(({ theirs }) => theirs.commands))],
      ]
    }),
  }
}

function commandCells(runs: readonly CommandTimes[]): readonly string[] {
  const calls = runs.map(({ commands }) => commands.reduce((sum, one) => sum + one.calls, 0))
  const slow = runs.flatMap((run) => run.slow)
  const [largest] = runs
    .flatMap(({ commands }) => commands)
    .sort((a, b) => (b.longest ?? 0) - (a.longest ?? 0))
  return [
    formatNumber(spread(calls).median),
    formatNumber(spread(runs.map(({ commands }) => secondsOf(commands))).median, 2),
    formatNumber(slow.length),
    formatNumber(Math.max(...slow, (largest?.longest ?? 0) / 1e3), 2),
    largest?.name ?? '',
    formatNumber((largest?.microseconds ?? 0) / (largest?.calls ?? 1), 1),
  ]
}

function byWork(
  rounds: readonly Round[],
  cells: (of: readonly Round[]) => readonly string[],
): readonly (readonly string[])[] {
  return allWork.map((work) => [work.name, ...cells(rounds.filter((one) => one.work === work))])
}
