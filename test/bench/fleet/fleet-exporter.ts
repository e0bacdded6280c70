import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '../../support/eventually.ts'
import { type Exporter, startExporter } from '../../support/exporter.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { anonymousBytes, residentBytes, threadSeconds } from '../process-figures.ts'
import { measuredCore, moveTo } from './cores.ts'

export interface FleetExporter extends AsyncDisposable {
  readonly exporter: Exporter
  /** Seconds until each target had a result. */
  readonly knownAfter: number
  /** Lets other targets be watched, and returns when there is a result of each. */
  watch(addresses: readonly string[]): Promise<void>
}

/** How targets are polled, and what else is asked of the exporter. */
export interface FleetOptions {
  readonly intervalSeconds: number
  readonly env?: Readonly<Record<string, string>>
}

/** What the image sets. */
const environment = { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '32768' }

export function fleetEnvironment({ intervalSeconds, env }: FleetOptions, file: string) {
  return {
    ...environment,
    REDIS_EXPORTER_TARGETS_FILE: file,
    POLL_INTERVAL: `${intervalSeconds}s`,
    // As they are unless given: tests are more patient.
    POLL_TIMEOUT: `${Math.min(10, intervalSeconds)}s`,
    POLL_MAX_AGE: `${3 * intervalSeconds}s`,
    ...env,
  }
}

/** A file of targets in a folder of its own. */
export async function targetsFile(addresses: readonly string[]) {
  const directory = await temporaryDirectory()
  const path = join(directory.path, 'targets.json')
  const write = async (targets: readonly string[]) =>
    await writeFile(path, JSON.stringify([{ targets, labels: {} }]))
  await write(addresses)
  return { path, write, [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose]() }
}

/** Starts our exporter on a core of its own, and returns when there is a result of each target. */
export async function startFleetExporter(
  addresses: readonly string[],
  options: FleetOptions,
): Promise<FleetExporter> {
  const file = await targetsFile(addresses)
  const began = performance.now()
  const exporter = await startExporter({ env: fleetEnvironment(options, file.path) })
  moveTo(measuredCore, exporter.pid)
  await whenKnown(exporter, addresses.length)
  return {
    exporter,
    knownAfter: (performance.now() - began) / 1e3,
    async watch(others) {
      await file.write(others)
      exporter.signal('SIGHUP')
      await whenKnown(exporter, others.length)
    },
    async [Symbol.asyncDispose]() {
      await exporter.stop()
      await file[Symbol.asyncDispose]()
    },
  }
}

/** Returns when so many targets are watched, more than a handful, and there is a result of each. */
export async function whenKnown(exporter: Exporter, targets: number): Promise<void> {
  await eventually(
    async () => {
      const { body } = await exporter.get('/ready')
      const report: { states?: Record<string, number>; targets: readonly { state: string }[] } =
        JSON.parse(body)
      const states = report.states ?? { waiting: 0, up: report.targets.length }
      const { waiting = 0, ...known } = states
      const count = Object.values(known).reduce((sum, one) => sum + one, 0)
      const isWaiting = waiting > 0 || report.targets.some(({ state }) => state === 'waiting')
      if (isWaiting || count !== targets)
        throw new Error(`${count} targets are known, and should be ${targets}`)
    },
    { within: 300_000, every: 500 },
  )
}

/** What an exporter used of the processor while something was done with it, and what it holds. */
export interface Used {
  readonly seconds: number
  readonly processorSeconds: number
  readonly resident: number
  readonly anonymous: number
}

export async function used(
  { pid }: Pick<Exporter, 'pid'>,
  work: number | (() => Promise<unknown>),
): Promise<Used> {
  const [began, before] = [performance.now(), threadSeconds(pid)]
  let resident = 0
  let anonymous = 0
  const look = () => {
    resident = Math.max(resident, residentBytes(pid))
    anonymous = Math.max(anonymous, anonymousBytes(pid))
  }
  const looks = setInterval(look, 500)
  try {
    look()
    await (typeof work === 'number' ? delay(work * 1e3) : work())
  } finally {
    clearInterval(looks)
  }
  look()
  const seconds = (performance.now() - began) / 1e3
  return { seconds, processorSeconds: threadSeconds(pid) - before, resident, anonymous }
}
