import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../clock.ts'
import { countDatabases } from '../collectors/databases.ts'
import type { KeyCollector } from '../collectors/key-collector.ts'
import type { CollectorSettings } from '../collectors/settings.ts'
import type { Sample } from '../metrics/metric.ts'
import type { BulkConnection } from '../redis/bulk-connection.ts'
import type { Command } from '../redis/command.ts'
import { withDeadline } from '../redis/deadline.ts'
import { type Knowledge, meet, readUnlessRefused } from '../redis/knowledge.ts'
import { fromErrorReply, isRedisError, type RedisError, redisError } from '../redis/redis-error.ts'
import { withoutConfig } from '../redis/renamed-command.ts'
import { createRoundTrips } from '../redis/round-trips.ts'
import { readKeyCounts } from './key-counts.ts'
import { createKeyWalk, type KeyWalk } from './key-walk.ts'
import { createPacedExchange, type PacedExchange } from './paced-exchange.ts'
import { createSeriesAccount } from './series-account.ts'

/** What one walk of one target gave. */
export interface WalkResult {
  /** Why the walk came to no end; undefined when it did. */
  readonly error: RedisError | undefined
  readonly collectors: readonly WalkedCollector[]
  /** The role of the server: master or slave. */
  readonly role: string
  readonly keys: number
  /** The share of one core of the server that was used. */
  readonly load: number
  readonly seconds: number
  /** When the walk began, in milliseconds of the monotonic clock and in seconds since 1970. */
  readonly startedAt: number
  readonly unixSeconds: number
}

/** What one collector gave in a walk; the samples went to `accept` as they came. */
export interface WalkedCollector {
  readonly name: string
  readonly seconds: number
  readonly rejected: readonly string[]
  readonly leftOut: number
  readonly error?: RedisError
}

export interface WalkProgress {
  readonly keys: number
  /** The part of all keys that came by, from 0 to 1; new keys may come while we walk. */
  readonly ratio: number
  readonly load: number
}

export interface WalkTargetOptions {
  readonly connection: BulkConnection
  readonly collectors: readonly KeyCollector[]
  readonly settings: CollectorSettings & {
    readonly checkKeysBatchSize: number
    readonly scanMaxLoad: number
  }
  /** For the whole walk. */
  readonly timeoutMilliseconds: number
  readonly clock: Clock
  /** Called when a walk begins to gather, again when it begins anew; returns what takes samples. */
  readonly begin: (role: string) => (collector: string, samples: readonly Sample[]) => void
  readonly onProgress: (progress: WalkProgress) => void
  readonly onResumed: () => void
  /** A command that goes along when a connection is made, and may fail. */
  readonly greeting?: Command | undefined
}

// How long to wait before trying to come back to a server that was lost; from the beginning again
// once the walk has come further.
const retryDelays = [100, 500, 1000, 2000, 5000, 5000, 10_000, 10_000, 10_000, 10_000]

const progressInterval = 1000

/**
 * Makes the function that walks through the keys of a target once. It never rejects and ends by its
 * deadline. A connection that is lost is opened again, and the walk goes on from its cursor when
 * the server is still the same; with another one it begins anew, since a cursor holds only where it
 * was given.
 */
export function createWalkTarget(options: WalkTargetOptions): () => Promise<WalkResult> {
  const { connection, timeoutMilliseconds, clock } = options
  let knowledge: Knowledge | undefined

  return async () => {
    const startedAt = clock.monotonic()
    const unixSeconds = clock.wall() / 1e3
    const ended = new AbortController()
    let current: Running | undefined
    let losses = 0
    let keysAtLoss = 0

    async function arrive(): Promise<Arrival> {
      await connection.open()
      const met = await meet(createRoundTrips(connection), knowledge, options.greeting)
      knowledge = met.knowledge
      // It answers INFO already, and nothing about its keys.
      if (knowledge.server.loading) throw fromErrorReply('LOADING')
      await prepare(connection, met.knowledge)
      return met
    }

    async function comeBack(cause: unknown): Promise<Arrival> {
      const keys = current?.walk.keys() ?? 0
      if (keys > keysAtLoss) losses = 0
      keysAtLoss = Math.max(keys, keysAtLoss)
      let last = cause
      for (const delay of retryDelays.slice(losses)) {
        if (!isLoss(last)) break
        losses += 1
        await sleep(delay, undefined, { signal: ended.signal })
        try {
          return await arrive()
        } catch (failure) {
          last = failure
        }
      }
      throw last
    }

    async function walk(): Promise<void> {
      let arrival = await arrive()
      for (;;) {
        if (current?.runId === arrival.knowledge.server.runId) options.onResumed()
        else current = await start(options, arrival, ended.signal)
        try {
          await current.walk.run(current.paced.exchange)
          return
        } catch (failure) {
          arrival = await comeBack(failure)
        }
      }
    }

    const failure = await withDeadline(connection, timeoutMilliseconds, walk).then(
      () => undefined,
      (cause) => {
        const error = isRedisError(cause) ? cause : redisError('other', 'the walk failed')
        connection.drop(error)
        return error
      },
    )
    ended.abort()
    const seconds = (clock.monotonic() - startedAt) / 1e3
    if (!failure) current?.walk.finish(seconds)
    return {
      error: failure,
      collectors: current?.results(seconds) ?? [],
      role: knowledge?.server.role ?? '',
      keys: current?.walk.keys() ?? 0,
      load: current?.paced.load() ?? 0,
      seconds,
      startedAt,
      unixSeconds,
    }
  }
}

type Arrival = Awaited<ReturnType<typeof meet>>

/** A walk under way. */
interface Running {
  readonly runId: string
  readonly walk: KeyWalk
  readonly paced: PacedExchange
  results(seconds: number): readonly WalkedCollector[]
}

async function start(
  { connection, collectors, settings, clock, begin, onProgress }: WalkTargetOptions,
  { info, knowledge }: Arrival,
  signal: AbortSignal,
): Promise<Running> {
  const { refusals } = knowledge
  const server = withoutConfig(knowledge.server, settings.configCommand)
  // A Sentinel has no keys.
  const applying = collectors.filter(
    (one) => server.mode !== 'sentinel' && (one.appliesTo?.(server, settings) ?? true),
  )
  const trips = createRoundTrips(connection)
  const databases = await countDatabases({
    server,
    read: (...command) => readUnlessRefused(trips, refusals, command),
  })
  const keysOf = readKeyCounts(info)
  const accept = begin(server.role)
  const accounts = new Map(
    collectors.map(({ name }) => [name, createSeriesAccount(settings.maxSeries)]),
  )
  let toldAt = clock.monotonic()
  const paced = createPacedExchange({
    connection,
    settings,
    clock,
    signal,
    onTrip: (load) => {
      const now = clock.monotonic()
      if (now - toldAt < progressInterval) return
      toldAt = now
      const keys = walk.keys()
      onProgress({ keys, ratio: total === 0 ? 0 : Math.min(1, keys / total), load })
    },
  })
  const walk: KeyWalk = createKeyWalk({
    collectors: applying,
    databases,
    keysIn: (database) => keysOf.get(database) ?? 0,
    count: paced.count,
    // With a limit there is time enough.
    ahead: settings.scanMaxLoad === 0,
    walkOf: ({ name }) => ({
      settings,
      server,
      databases,
      ...(accounts.get(name) ?? createSeriesAccount(0)),
    }),
    accept: (name, samples) => accept(name, accounts.get(name)?.take(samples) ?? []),
  })
  const total = [...keysOf]
    .filter(([database]) => walk.looksInto(database))
    .reduce((sum, [, keys]) => sum + keys, 0)
  return {
    runId: server.runId,
    walk,
    paced,
    results: (seconds) =>
      [...accounts].map(([name, { rejected, leftOut }]) => {
        const error = walk.failures().get(name)
        return { name, seconds, rejected, leftOut: leftOut(), ...(error ? { error } : {}) }
      }),
  }
}

// Helps, and costs nothing where it is refused: a replica of a cluster answers for its keys only
// after READONLY; NO-TOUCH leaves the order in which keys are evicted alone.
async function prepare(connection: BulkConnection, { server, refusals }: Knowledge): Promise<void> {
  const wanted: Command[] = []
  if (server.clusterEnabled && server.role === 'slave') wanted.push(['READONLY'])
  if (server.knows('client|no-touch')) wanted.push(['CLIENT', 'NO-TOUCH', 'ON'])
  const trips = createRoundTrips(connection)
  await Promise.all(
    wanted.map((command) =>
      readUnlessRefused(trips, refusals, command).catch((error) => {
        if (isLoss(error)) throw error
      }),
    ),
  )
}

function isLoss(failure: unknown): boolean {
  return isRedisError(failure) && (failure.reason === 'connection' || failure.reason === 'loading')
}
