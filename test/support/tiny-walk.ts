import type { KeyCollector, TakeIn, Walk } from '../../src/collectors/keys/key-collector.ts'
import { compileGlobs } from '../../src/keyspace/glob.ts'
import type { Sample } from '../../src/metrics/metric.ts'
import type { Command } from '../../src/redis/command.ts'
import type { BulkReply, Exchange } from '../../src/redis/connection.ts'
import { parseInfo } from '../../src/redis/info.ts'
import { createConnect } from '../../src/redis/ioredis-connection.ts'
import { isRedisError, redisError } from '../../src/redis/redis-error.ts'
import { serverInfo } from '../../src/redis/server-info.ts'
import { parseAddress } from '../../src/targets/address.ts'
import { fixedLogin } from '../../src/targets/login.ts'
import { createWalkRefusals } from '../../src/walk/walk-refusals.ts'
import { configured } from './configured.ts'

/** What the walk of a test gave, and what it took. */
export interface Walked {
  readonly samples: readonly Sample[]
  /** The commands of the collector, by round trip. */
  readonly trips: readonly (readonly Command[])[]
  readonly leftOut: number
  readonly rejected: readonly string[]
  /** The parts that failed. */
  readonly failedParts: readonly string[]
}

/** What a collector sees of a walk that is configured by flags; nothing bounds it unless told. */
export function walkOf(flags: readonly string[], maxSeries = Infinity) {
  const rejected: string[] = []
  const failedParts: string[] = []
  let given = 0
  let leftOut = 0
  const walk: Walk = {
    settings: configured(flags).settings,
    server: serverInfo(parseInfo(''), undefined),
    databases: 16,
    room: () => maxSeries - given,
    leaveOut: (series) => {
      leftOut += series
    },
    reject: (field) => void rejected.push(field),
    couldRead: () => true,
    failPart: (part) => void failedParts.push(part),
    refusals: createWalkRefusals(Infinity, { monotonic: () => 0 }),
  }
  const take = (takeIn: TakeIn) => {
    const samples = takeIn()
    given += samples.length
    return samples
  }
  return { walk, take, rejected, failedParts, leftOut: () => leftOut }
}

export interface TinyWalkOptions {
  readonly flags: readonly string[]
  readonly maxSeries?: number
  /** How many keys come in one batch, about. */
  readonly batch?: number
  /** Does something between two batches. */
  readonly between?: () => Promise<unknown>
}

/** Walks a real server with one collector, all databases one after another. */
export async function tinyWalk(
  url: string,
  collector: KeyCollector,
  { flags, maxSeries, batch = 10, between }: TinyWalkOptions,
): Promise<Walked> {
  const address = parseAddress(url)
  if (address === undefined) throw new Error('the test gave an address that cannot be read')
  const connection = createConnect(address.endpoint, fixedLogin(address.credentials))()
  await connection.open()
  const { walk, take, rejected, failedParts, leftOut } = walkOf(flags, maxSeries)
  const trips: (readonly Command[])[] = []
  const exchange: Exchange = (commands) =>
    Promise.all(connection.send(commands, 'binary').map((one) => one.catch(inPlace)))
  const read: Exchange = (commands) => {
    trips.push(commands)
    return exchange(commands)
  }
  const visitor = collector.start(walk)
  const samples: Sample[] = []
  for (let database = 0; database < walk.databases; database++) {
    const { keys: named, patterns } = visitor.wants(database)
    if (named.length + patterns.length === 0) continue
    await exchange([['SELECT', `${database}`]])
    if (named.length > 0) samples.push(...take(await visitor.visit(database, named, read)))
    const isWanted = compileGlobs(patterns)
    let cursor = patterns.length > 0 ? '' : '0'
    while (cursor !== '0') {
      const [reply = null] = await exchange([['SCAN', cursor || '0', 'COUNT', `${batch}`]])
      const [next, keys] = reply as readonly [string, readonly string[]]
      cursor = next
      samples.push(...take(await visitor.visit(database, keys.filter(isWanted), read)))
      await between?.()
    }
    const last = await visitor.leave?.(database, read)
    if (last) samples.push(...take(last))
  }
  samples.push(...(visitor.finish?.(1) ?? []))
  connection.drop(redisError('connection', 'the walk is over'))
  return { samples, trips, leftOut: leftOut(), rejected, failedParts }
}

function inPlace(error: unknown): BulkReply {
  if (isRedisError(error)) return error
  throw error
}
