import { readdirSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '../../support/eventually.ts'
import { scaled } from '../keys/scale.ts'
import { anonymousBytes, residentBytes } from '../process-figures.ts'
import { formatNumber, type Report } from '../table.ts'
import { type FleetExporter, startFleetExporter } from './fleet-exporter.ts'
import { startServersOfFleet } from './servers-of-fleet.ts'

const rounds = 10
const inRound = scaled(1_000)
const few = 10
const restMinutes = 3

/** What is left of thousands of targets that came and went; throws where anything is. */
export function measureComingAndGoing(): Report {
  return {
    title: `${formatNumber(rounds * inRound)} targets that come and go`,
    notes: [
      `Besides ${few} that stay, ${formatNumber(inRound)} others in each round, by the targets file; ${few} alone again at the end.`,
      'Connections and other descriptors, handles of Node.js, targets that any series names, MiB of the heap,',
      'anonymous and resident. Ends with an error where descriptors, handles or names are left behind.',
    ],
    head: ['after', 'descriptors', 'handles', 'names', 'heap', 'anonymous', 'resident'],
    rows: eachRow(),
  }
}

async function* eachRow(): AsyncGenerator<readonly string[]> {
  await using servers = await startServersOfFleet()
  const addresses = servers.addresses(few + rounds * inRound)
  const staying = addresses.slice(0, few)
  await using fleet = await startFleetExporter(staying, {
    intervalSeconds: 15,
    env: { REDIS_EXPORTER_INCLUDE_GO_RUNTIME_METRICS: 'true' },
  })
  const before = await held(fleet, staying)
  yield row(`${few} targets`, before)
  for (let round = 0; round < rounds; round++) {
    const from = few + round * inRound
    const coming = addresses.slice(from, from + inRound)
    const now = [...staying, ...coming]
    await fleet.watch(now)
    yield row(`round ${round + 1}`, await held(fleet, now))
  }
  await fleet.watch(staying)
  const after = await eventually(
    async () => {
      const now = await held(fleet, staying)
      const left = (['descriptors', 'handles', 'names'] as const).filter(
        (what) => now[what] > before[what],
      )
      if (left.length > 0)
        throw new Error(`left behind: ${left.map((what) => `${now[what] - before[what]} ${what}`)}`)
      return now
    },
    { within: 30_000, every: 1_000 },
  )
  yield row(`${few} targets again`, after)
  // With little to do, V8 collects what is left of a thousand of them when it has rested for a while.
  await delay(restMinutes * 60_000)
  yield row(`${restMinutes} minutes later`, await held(fleet, staying))
}

interface Held {
  readonly descriptors: number
  readonly handles: number
  readonly names: number
  readonly heap: number
  readonly anonymous: number
  readonly resident: number
}

async function held({ exporter }: FleetExporter, targets: readonly string[]): Promise<Held> {
  // What was cut off a moment ago is still being cleaned up.
  await delay(1_000)
  const { body, names } = await eventually(
    async () => {
      const { body } = await exporter.get('/metrics')
      const names = new Set([...body.matchAll(/[{,]target="([^"]*)"/g)].map(([, name]) => name))
      if (names.size !== targets.length || !targets.every((name) => names.has(name)))
        throw new Error(`${names.size} targets are served, and should be ${targets.length}`)
      return { body, names }
    },
    { within: 120_000, every: 1_000 },
  )
  const value = (name: string) => Number(new RegExp(`^${name} (.*)$`, 'm').exec(body)?.[1])
  return {
    descriptors: readdirSync(`/proc/${exporter.pid}/fd`).length,
    handles: value('nodejs_active_handles_total'),
    names: names.size,
    heap: value('nodejs_heap_size_used_bytes'),
    anonymous: anonymousBytes(exporter.pid),
    resident: residentBytes(exporter.pid),
  }
}

function row(after: string, { descriptors, handles, names, ...bytes }: Held): readonly string[] {
  return [
    after,
    ...[descriptors, handles, names].map((count) => formatNumber(count)),
    ...[bytes.heap, bytes.anonymous, bytes.resident].map((one) => formatNumber(one / 2 ** 20, 1)),
  ]
}
