import type { CollectorSettings } from '../../src/collectors/collector.ts'
import type { KeyCollector, Walk } from '../../src/collectors/keys/key-collector.ts'
import type { Sample } from '../../src/metrics/metric.ts'
import { assertAllowed } from '../../src/redis/command.ts'
import type { Exchange } from '../../src/redis/connection.ts'
import { parseInfo } from '../../src/redis/info.ts'
import { serverInfo } from '../../src/redis/server-info.ts'
import { createWalkRefusals } from '../../src/walk/walk-refusals.ts'
import { settingsWith } from './default-settings.ts'

export interface KeyWalkOptions {
  readonly settings: Partial<CollectorSettings>
  readonly databases?: number
  /** How many series there is room for. */
  readonly room?: number
  /** How long it is said to have taken. */
  readonly seconds?: number
  /** The keys of a database in batches, as binary strings; undefined where it is empty. */
  readonly scan: (database: number) => AsyncIterable<readonly string[]> | undefined
  readonly read: (database: number, ...commands: Parameters<Exchange>) => ReturnType<Exchange>
}

export interface KeyWalkResult {
  readonly samples: readonly Sample[]
  readonly leftOut: number
  readonly rejected: readonly string[]
  /** The parts that failed. */
  readonly failedParts: readonly string[]
  readonly commands: readonly string[]
}

/** A walk that a visitor can be started with on its own. */
export function fakeWalk(settings: Partial<CollectorSettings>, databases = 1): Walk {
  return {
    settings: settingsWith(settings),
    server: serverInfo(parseInfo(''), undefined),
    databases,
    room: () => 100_000,
    leaveOut: () => {},
    reject: () => {},
    couldRead: () => true,
    failPart: () => {},
    refusals: createWalkRefusals(Infinity, { monotonic: () => 0 }),
  }
}

/** Leads a collector over all keys, one database after the other and without any haste. */
export async function keyWalk(
  collector: KeyCollector,
  { settings, databases = 16, room = 100_000, seconds = 1, scan, read }: KeyWalkOptions,
): Promise<KeyWalkResult> {
  const samples: Sample[] = []
  const rejected: string[] = []
  const failedParts: string[] = []
  const sent: string[] = []
  let leftOut = 0
  const walk: Walk = {
    ...fakeWalk(settings, databases),
    room: () => room - samples.length,
    leaveOut: (series) => {
      leftOut += series
    },
    reject: (field) => void rejected.push(field),
    failPart: (part) => void failedParts.push(part),
  }
  const visitor = collector.start(walk)
  for (let database = 0; database < databases; database += 1) {
    const readHere: Exchange = (commands) => {
      commands.forEach(assertAllowed)
      sent.push(...commands.map((command) => command.join(' ')))
      return read(database, commands)
    }
    const keys = scan(database)
    if (keys === undefined) continue
    for await (const batch of keys)
      samples.push(...(await visitor.visit(database, batch, readHere))())
    const takeIn = await visitor.leave?.(database, readHere)
    samples.push(...(takeIn?.() ?? []))
  }
  samples.push(...(visitor.finish?.(seconds) ?? []))
  return { samples, leftOut, rejected, failedParts, commands: sent }
}
