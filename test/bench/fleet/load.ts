import { setTimeout as delay } from 'node:timers/promises'
import type { Exporter } from '../../support/exporter.ts'
import type { LoopbackServers } from '../../support/loopback-servers.ts'
import { startPeerExporter } from '../../support/peer-exporter.ts'
import { scaled } from '../keys/scale.ts'
import { quantile } from '../statistics.ts'
import { formatNumber, type Report } from '../table.ts'
import {
  type Asked,
  type Asking,
  type AskingProcess,
  startAskingProcess,
} from './asking-process.ts'
import { measuredCore, moveTo } from './cores.ts'
import { type FleetExporter, startFleetExporter, type Used, used } from './fleet-exporter.ts'
import { latenessOf } from './lateness.ts'
import { startServersOfFleet } from './servers-of-fleet.ts'

const targets = scaled(1_000)
const intervalSeconds = 15
/** Three polls of each target. */
const windowSeconds = 45
/** Until V8 has compiled what answers them: while it does, helpers of it want the same core. */
const warmUpRounds = 3

/** What a thousand targets cost, with all of them well and with half of them silent; the Go exporter beside. */
export function measureFleetLoad(): Report {
  return {
    title: `${formatNumber(targets)} targets, each polled every ${intervalSeconds} s`,
    notes: [
      'Eight servers behind as many addresses of 127.0.0.0/8 as there are targets; the exporter has one core',
      `(taskset), servers and those who ask the other. Each row is ${windowSeconds} s. Share of the core by processor`,
      'time; ms of it for each poll, or scrape of the Go exporter, all included. MiB: the most that was resident',
      'and, of that, anonymous. How late polls began, by the timestamps that are served; those skipped',
      'meanwhile. How long it took to ask for a target by /scrape with gzip, each asked once in the interval as',
      `Prometheus does by /sd, after ${warmUpRounds} rounds that do not count; for the body of all, ms of the processor for each`,
      'of them and its size. To the clock it matters what else the machine does.',
    ],
    head: [
      ...['', 'up', 'series', 'known after s', '% of the core', 'ms each', 'MiB', 'anonymous'],
      ...['late p99 ms', 'late max', 'skipped', 'asked p50 ms', 'p99', 'max', 'MB'],
    ],
    rows: eachRow(),
  }
}

type Row = readonly string[]

async function* eachRow(): AsyncGenerator<Row> {
  {
    await using servers = await startServersOfFleet()
    yield* rowsOf('', servers)
    yield await rowOfPeer(servers)
  }
  await using servers = await startServersOfFleet('half of them silent')
  yield* rowsOf('half of them silent, ', servers)
}

async function* rowsOf(what: string, servers: LoopbackServers): AsyncGenerator<Row> {
  const addresses = servers.addresses(targets)
  await using fleet = await startFleetExporter(addresses, { intervalSeconds })
  const { exporter } = fleet
  // Until each is polled at its place.
  await delay(intervalSeconds * 1e3)
  const quiet = await used(exporter, windowSeconds)
  yield row(`${what}nobody asks`, { fleet, used: quiet, each: targets })
  using asking = startAskingProcess()
  const { asked, answers } = await askForEach(addresses, exporter, asking)
  yield row(`${what}each asked by /scrape`, { fleet, used: asked, each: targets, answers })
  if (what !== '') return
  let bodies: readonly Asked[] = []
  using another = startAskingProcess()
  const all: Asking = { ...onceInInterval, urls: [`${exporter.url}/metrics`] }
  const joined = await used(exporter, async () => {
    const first = asking.ask(all)
    // Two that ask together are given the same body.
    await delay(intervalSeconds * 400)
    bodies = [await first, await another.ask(all)].flat()
  })
  const beyond = joined.processorSeconds - (quiet.processorSeconds * joined.seconds) / quiet.seconds
  yield row('all asked at once, by two', {
    fleet,
    used: joined,
    bodies,
    ofEach: beyond / bodies.length,
  })
}

const onceInInterval = { every: intervalSeconds * 1e3, during: windowSeconds * 1e3 }

/** Asks for each target by `/scrape`: what was answered, and what the exporter used meanwhile. */
async function askForEach(
  addresses: readonly string[],
  exporter: Pick<Exporter, 'url' | 'pid'>,
  asking: AskingProcess,
) {
  const path = (address: string) => `/scrape?target=${encodeURIComponent(address)}`
  const urls = addresses.map((address) => `${exporter.url}${path(address)}`)
  await asking.ask({ ...onceInInterval, urls, during: warmUpRounds * onceInInterval.every })
  let answers: readonly Asked[] = []
  const asked = await used(exporter, async () => {
    answers = await asking.ask({ ...onceInInterval, urls })
  })
  return { asked, answers }
}

async function rowOfPeer(servers: LoopbackServers): Promise<Row> {
  const addresses = servers.addresses(targets)
  await using peer = await startPeerExporter({ env: { REDIS_ADDR: '' } })
  moveTo(measuredCore, peer.pid)
  using asking = startAskingProcess()
  const { asked, answers } = await askForEach(addresses, peer, asking)
  return row('Go exporter, each asked by /scrape', { used: asked, each: targets, answers })
}

interface Measured {
  readonly fleet?: FleetExporter
  readonly used: Used
  /** How many are polled in an interval. */
  readonly each?: number
  /** Processor seconds for each body, where that is told. */
  readonly ofEach?: number
  readonly answers?: readonly Asked[]
  readonly bodies?: readonly Asked[]
}

function row(name: string, measured: Measured): Row {
  const { fleet, used, each = 0, answers = [], bodies = [] } = measured
  const polls = (each * used.seconds) / intervalSeconds
  const { ofEach = used.processorSeconds / polls } = measured
  const late = latenessOf(answers, intervalSeconds * 1e3)
  const times = [...answers, ...bodies].map(({ took }) => took)
  const up = answers.filter(({ isUp }) => isUp)
  const sizes = bodies.map(({ bytes }) => bytes)
  const skipped = totalSkipped(answers)
  const shown = (values: readonly number[], share: number) =>
    values.length > 0 ? formatNumber(quantile(values, share), 1) : ''
  return [
    name,
    answers.length > 0 ? formatNumber(new Set(up.map(({ index }) => index)).size) : '',
    answers.length > 0 && fleet ? formatNumber(totalSeries(answers)) : '',
    fleet ? formatNumber(fleet.knownAfter, 1) : '',
    formatNumber((100 * used.processorSeconds) / used.seconds, 1),
    formatNumber(ofEach * 1e3, 2),
    formatNumber(used.resident / 2 ** 20),
    formatNumber(used.anonymous / 2 ** 20),
    shown(fleet ? late : [], 0.99),
    shown(fleet ? late : [], 1),
    answers.length > 0 && fleet ? formatNumber(skipped) : '',
    ...[0.5, 0.99, 1].map((share) => shown(times, share)),
    sizes.length > 0 ? formatNumber(Math.max(...sizes) / 1e6, 2) : '',
  ]
}

function lastOfEach(answers: readonly Asked[]): readonly Asked[] {
  return [...new Map(answers.map((one) => [one.index, one])).values()]
}

/** From the first answer of each target to its last. */
function totalSkipped(answers: readonly Asked[]): number {
  const before = new Map(answers.toReversed().map((one) => [one.index, one.skipped]))
  return lastOfEach(answers).reduce(
    (sum, { index, skipped }) => sum + skipped - (before.get(index) ?? 0),
    0,
  )
}

function totalSeries(answers: readonly Asked[]): number {
  return lastOfEach(answers).reduce((sum, { series }) => sum + series, 0)
}
