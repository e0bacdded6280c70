import { eventually } from '../support/eventually.ts'
import { type Exporter, type ExporterOptions, startExporter } from '../support/exporter.ts'
import { longInfo } from '../support/long-info.ts'
import { answers } from '../support/peer-behaviours.ts'
import { resp } from '../support/resp.ts'
import { startPeer } from '../support/scripted-peer.ts'
import { createScraper, scrapeEvery } from './scraper.ts'
import { quantile } from './statistics.ts'
import { formatNumber, type Report } from './table.ts'
import { turnsOf } from './turns-of.ts'

const every = 5
const limit = 30_000
const seconds = 15
/** Milliseconds that no turn shall take. */
const long = 20

/** What a server lists: in INFO, and in the replies to other commands. */
interface Listed {
  readonly what: string
  readonly info: string
  readonly replies?: Readonly<Record<string, string>>
  readonly args?: readonly string[]
}

const linesOfEach = (count: number): Listed => ({
  what: `${formatNumber(count)} lines of each`,
  info: longInfo(count),
})

const lists = (count: number, element: (index: number) => string) =>
  resp.array(Array.from({ length: count }, (_, index) => element(index)))

// As many buckets as Redis has.
const histogram = resp.array([
  ...[resp.bulk('calls'), resp.integer(20), resp.bulk('histogram_usec')],
  lists(40, (at) => resp.integer(at % 2 === 0 ? 2 ** (at / 2) : (at + 1) / 2)),
])

const usual = longInfo(10)
const keyspace = (count: number) =>
  Array.from({ length: count }, (_, at) => `db${at}:keys=3,expires=0,avg_ttl=0\r\n`).join('')
const keys = (count: number) =>
  resp.array([resp.bulk('0'), lists(count, (at) => resp.bulk(`key:${at}`))])
const clients = (count: number) =>
  Array.from(
    { length: count },
    (_, at) =>
      `id=${at} addr=10.0.0.1:6379 laddr=10.0.0.2:6379 fd=8 name=app-${at} age=100 idle=2 flags=N db=0 sub=0 psub=0 ssub=0 multi=-1 qbuf=0 qbuf-free=0 argv-mem=0 obl=0 oll=0 omem=0 tot-mem=22298 events=r cmd=get user=default redir=-1 resp=2\n`,
  ).join('')

const all: readonly Listed[] = [
  ...[10, 1_000, 10_000, 200_000].map(linesOfEach),
  {
    what: '30,000 empty lists',
    info: usual,
    replies: { 'SLOWLOG GET': lists(30_000, () => resp.array([])) },
  },
  {
    what: 'latencies of 500 commands',
    info: usual,
    replies: {
      'LATENCY HISTOGRAM': lists(1_000, (at) => (at % 2 === 0 ? resp.bulk(`c${at}`) : histogram)),
    },
  },
  {
    what: 'a list of 32,000 errors',
    info: usual,
    replies: { 'SLOWLOG GET': lists(32_000, () => resp.error('ERR x')) },
  },
  {
    what: '5,000 clients',
    info: usual,
    replies: { 'CLIENT LIST': resp.bulk(clients(5_000)) },
    args: ['--export-client-list'],
  },
  { what: '10,000 databases', info: `${usual}# Keyspace\r\n${keyspace(10_000)}` },
  {
    what: '10,000 parameters',
    info: usual,
    replies: { 'CONFIG GET': lists(20_000, (at) => resp.bulk(at % 2 === 0 ? `p-${at}` : '1')) },
    args: ['--include-config-metrics'],
  },
  {
    what: '100,000 keys at once',
    info: `${usual}# Keyspace\r\ndb0:keys=100000,expires=0\r\n`,
    replies: { 'SELECT 0': resp.simple('OK'), 'SCAN 0': keys(100_000) },
    args: ['--scan.interval=5s', '--scan.max-load=0', '--check-key-groups=^(.*):'],
  },
]

/** How long a probe waits while the exporter polls a server that lists a great deal. */
export function measureTurns(): Report {
  return {
    title: 'The longest turn of the event loop, by what a server lists',
    notes: [
      'A poll every five seconds reads so many lines of each commandstats, errorstats and latencystats,',
      `or another reply. Milliseconds until /healthz answers, asked every ${every} ms for ${seconds} s; and, in`,
      'another such run, the longest turn by the processor time of the main thread and by the clock, and',
      `how many were over ${long} ms of it. What the clock shows and the processor does not is the machine;`,
      'the first row lists next to nothing.',
    ],
    head: [
      ...['', 'MB of INFO', 'series', 'p50', 'p99', 'largest'],
      ...['processor', `over ${long}`, 'clock', `over ${long}`],
    ],
    rows: eachMeasured(),
  }
}

async function* eachMeasured() {
  for (const listed of all) yield await measure(listed)
}

async function measure({ what, info, replies = {}, args = [] }: Listed): Promise<string[]> {
  const encoded = resp.bulk(info)
  await using peer = await startPeer(
    answers(([name = '', word = '']) => {
      if (name === 'INFO') return encoded
      return replies[`${name} ${word}`] ?? resp.error('ERR unknown command')
    }),
  )
  const options = {
    args,
    env: { REDIS_ADDR: peer.url, POLL_INTERVAL: '5s', POLL_TIMEOUT: '5s' },
  }
  const { times, series } = await timesOf(options)
  const turns = await turnsOf(options, async (exporter) => {
    const began = Date.now()
    await probed(exporter)
    return began
  })
  const inTurns = (['processor', 'wall'] as const).flatMap((by) => {
    const found = turns.map((turn) => turn[by])
    const longOnes = found.filter((time) => time > long).length
    return [formatNumber(Math.max(0, ...found), 1), formatNumber(longOnes)]
  })
  return [
    what,
    formatNumber(info.length / 1e6, 1),
    series === 0 ? 'down' : formatNumber(series),
    ...[0.5, 0.99, 1].map((share) => formatNumber(quantile(times, share), 2)),
    ...inTurns,
  ]
}

async function timesOf(options: ExporterOptions) {
  await using exporter = await startExporter(options)
  return await probed(exporter)
}

async function probed(exporter: Exporter) {
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
  return { times, series }
}

async function served(exporter: Exporter): Promise<number> {
  if ((await readValue(exporter, 'redis_up')) !== 1) throw new Error('the target is not up')
  return await readValue(exporter, 'redis_exporter_snapshot_series')
}

async function readValue({ get }: Exporter, name: string): Promise<number> {
  const { body } = await get('/metrics')
  return Number(new RegExp(`^${name} (.*)$`, 'm').exec(body)?.[1])
}
