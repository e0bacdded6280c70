import { readdirSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { anonymousBytes, processorSeconds, residentBytes } from '../bench/process-figures.ts'
import { spread } from '../bench/statistics.ts'
import { formatNumber, type Report } from '../bench/table.ts'
import { eventually } from '../support/eventually.ts'
import { type Exporter, startExporter } from '../support/exporter.ts'
import { checkExposition, parseExposition, sampleValue } from '../support/exposition.ts'
import { manifestMemory } from '../support/manifest-memory.ts'
import { startRedis } from '../support/redis-server.ts'
import { disturbances, fillKeys } from './disturbances.ts'
import { createRandom } from './random.ts'

const args = [
  ...['--poll.interval=1s', '--scan.interval=2s', '--include-go-runtime-metrics'],
  ...['--check-keys=key:1*', '--count-keys=*', '--collect.biggest-keys', '--export-client-list'],
  ...['--include-config-metrics', '--collect.clients-aggregate', '--collect.slowlog-entries'],
]

const probes = 40
const megabyte = 2 ** 20
// How much more descriptors and memory the end may show than the begin.
const moreDescriptors = 8
const moreMemory = 1.15

interface Measured {
  readonly seconds: number
  readonly after: string
  readonly resident: number
  /** What is alive or not collected yet, and what Node holds outside of that: buffers and the like. */
  readonly heap: number
  readonly external: number
  readonly descriptors: number
  readonly handles: number
  readonly processor: number
  readonly medianProbe: number
  readonly slowestProbe: number
}

/**
 * Disturbs a server and the exporter that watches it, one thing after another, for so long, and
 * measures after each when all is quiet again. Throws when the exporter does not come back, serves
 * what is no exposition, or holds on to more and more.
 */
export async function churn(seed: number, seconds: number): Promise<Report> {
  await using redis = await startRedis()
  await using exporter = await startExporter({
    args,
    env: { REDIS_URL: redis.url, NODE_OPTIONS: manifestMemory.nodeOptions },
  })
  const scene = { redis, exporter }
  const random = createRandom(seed)
  const own = followOwnMemory(exporter.pid)
  const started = performance.now()
  const age = () => (performance.now() - started) / 1e3
  await fillKeys(scene)
  await quiet(exporter)
  const rows = [await measure(exporter, age(), 'the start')]
  let rest = Object.entries(disturbances)
  while (age() < seconds) {
    if (rest.length === 0) rest = Object.entries(disturbances)
    const [[name, disturb] = ['', async () => undefined] as const] = rest.splice(
      random.below(rest.length),
      1,
    )
    await disturb(scene)
    await quiet(exporter).catch((cause) => {
      throw new Error(`not back after: ${name}; SEED=${seed}\n${exporter.logs().slice(-2000)}`, {
        cause,
      })
    })
    rows.push(await measure(exporter, age(), name))
  }
  assertNothingGrows(rows)
  return report(rows, seed, own())
}

/** The most anonymous memory so far, looked at five times a second. */
function followOwnMemory(pid: number): () => number {
  let most = 0
  const look = () => {
    most = Math.max(most, anonymousBytes(pid))
  }
  const looks = setInterval(look, 200)
  return () => {
    clearInterval(looks)
    return most
  }
}

/** Waits until the exporter is back and its body is sound. */
async function quiet(exporter: Exporter): Promise<void> {
  await eventually(
    async () => {
      const { body } = await exporter.get('/metrics')
      const faults = checkExposition(body)
      if (faults.length > 0) throw new Error(`/metrics is no exposition: ${faults.join('; ')}`)
      const up = sampleValue(parseExposition(body), 'redis_up')
      if (up !== 1) throw new Error(`redis_up is ${up}`)
    },
    { within: 20_000, every: 250 },
  )
  // What was cut off a moment ago is still being cleaned up.
  await delay(1_000)
}

async function measure(exporter: Exporter, seconds: number, after: string): Promise<Measured> {
  const times: number[] = []
  for (let count = 0; count < probes; count++) {
    const asked = performance.now()
    await exporter.get('/healthz')
    times.push(performance.now() - asked)
    await delay(10)
  }
  const families = await exporter.metrics()
  const value = (name: string) => sampleValue(families, `nodejs_${name}`) ?? 0
  const { median, max } = spread(times)
  return {
    seconds,
    after,
    resident: residentBytes(exporter.pid),
    descriptors: readdirSync(`/proc/${exporter.pid}/fd`).length,
    heap: value('heap_size_used_bytes'),
    external: value('external_memory_bytes'),
    handles: value('active_handles_total'),
    processor: processorSeconds(exporter.pid),
    medianProbe: median,
    slowestProbe: max,
  }
}

function assertNothingGrows(rows: readonly Measured[]): void {
  const [first, last] = [rows[0], rows.at(-1)]
  if (!first || !last) return
  if (last.descriptors > first.descriptors + moreDescriptors)
    throw new Error(`descriptors grew from ${first.descriptors} to ${last.descriptors}`)
  // Memory rises until garbage is collected: what stays is the least of a while. The first round
  // warms up, when caches, pools and the heap find their size.
  const round = Object.keys(disturbances).length
  const third = Math.floor((rows.length - round) / 3)
  if (third < round) return
  const least = (some: readonly Measured[]) => Math.min(...some.map(({ resident }) => resident))
  const [before, after] = [least(rows.slice(round, round + third)), least(rows.slice(-third))]
  if (after > before * moreMemory)
    throw new Error(`resident memory grew from ${before} to ${after} bytes`)
}

function report(rows: readonly Measured[], seed: number, own: number): Report {
  return {
    title: 'Churn: what the exporter holds after each disturbance, when all is quiet again',
    notes: [
      `SEED=${seed}. Of its own it held ${formatNumber(own / megabyte, 1)} MiB at most, with the heap and of the limit of the`,
      `manifest, ${formatNumber(manifestMemory.limit / megabyte)} MiB. MiB resident, of the heap and outside of it, open descriptors, active handles of Node.js,`,
      `seconds of the processor so far, and how long /healthz took in ms (${probes} times).`,
    ],
    head: [
      ...['after', 's', 'MiB', 'heap', 'external', 'descriptors', 'handles', 'CPU s'],
      ...['median', 'slowest'],
    ],
    rows: rows.map((row) => [
      row.after,
      formatNumber(row.seconds),
      formatNumber(row.resident / megabyte, 1),
      formatNumber(row.heap / megabyte, 1),
      formatNumber(row.external / megabyte, 1),
      formatNumber(row.descriptors),
      formatNumber(row.handles),
      formatNumber(row.processor, 1),
      formatNumber(row.medianProbe, 1),
      formatNumber(row.slowestProbe, 1),
    ]),
  }
}
