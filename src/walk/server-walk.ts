import type { Clock } from '../clock.ts'
import type { CollectorSettings } from '../collectors/collector.ts'
import type { KeyCollector } from '../collectors/keys/key-collector.ts'
import type { WalkRefusals } from '../collectors/keys/key-replies.ts'
import { readDatabaseKeys } from '../collectors/reading/database-lines.ts'
import { countDatabases } from '../collectors/reading/databases.ts'
import type { Sample } from '../metrics/metric.ts'
import type { WalkProgress } from '../metrics/walk-metrics.ts'
import type { BulkConnection, Exchange } from '../redis/connection.ts'
import { type meet, readUnlessRefused } from '../redis/knowledge.ts'
import { createOneAhead } from '../redis/one-ahead.ts'
import type { RedisError } from '../redis/redis-error.ts'
import { withoutConfig } from '../redis/renamed-command.ts'
import { createRoundTrips } from '../redis/round-trips.ts'
import type { ServerInfo } from '../redis/server-info.ts'
import type { Origin, ServerRun } from '../redis/server-run.ts'
import { createKeyWalk, type KeyWalk } from './key-walk.ts'
import { createPacedExchange } from './paced-exchange.ts'
import { createSeriesAccount } from './series-account.ts'
import { createWalkVisitors } from './walk-visitors.ts'

/** What one collector gave in a walk; the samples went to `accept` as they came. */
export interface WalkedCollector {
  readonly name: string
  readonly seconds: number
  readonly rejected: readonly string[]
  readonly leftOut: number
  readonly error?: RedisError
  /** Parts that failed on their own. */
  readonly failedParts?: ReadonlyMap<string, RedisError>
}

/** What whoever begins a walk hears of it. */
export interface ServerWalkHooks {
  /** Called when a walk begins to gather, again when it begins anew; returns what takes samples. */
  readonly begin: (origin: Origin) => (collector: string, samples: readonly Sample[]) => void
  readonly onProgress: (progress: WalkProgress) => void
}

export interface ServerWalkOptions {
  readonly connection: BulkConnection
  /** Sends over it, at once; knows in which database it is. */
  readonly send: Exchange
  /** What the server is known to refuse. */
  readonly refusals: WalkRefusals
  readonly collectors: readonly KeyCollector[]
  readonly settings: CollectorSettings & {
    readonly checkKeysBatchSize: number
    readonly scanMaxLoad: number
    readonly scanOn?: 'master' | 'replica' | 'all' | undefined
  }
  readonly clock: Clock
  readonly hooks: ServerWalkHooks
}

/** What is known of a server when we come to it. */
export type Arrival = Awaited<ReturnType<typeof meet>> & { readonly run: ServerRun }

const progressInterval = 1000

// A Sentinel has no keys.
function mayWalk(
  { mode, role }: Pick<ServerInfo, 'mode' | 'role'>,
  on: ServerWalkOptions['settings']['scanOn'] = 'all',
): boolean {
  if (mode === 'sentinel') return false
  return on === 'all' || (role === 'slave') === (on === 'replica')
}

/** A walk through the keys of one server. */
export interface ServerWalk {
  readonly run: ServerRun
  /** Goes on from where it stands; see KeyWalk. */
  walk(secondsSoFar: () => number): Promise<void>
  results(): readonly WalkedCollector[]
  /** Keys that came by so far. */
  keys(): number
  /** The share of one core of the server that was used so far. */
  load(): number
}

/** Begins a walk through the keys of a server that was just met; `signal` ends it. */
export async function startServerWalk(
  options: ServerWalkOptions,
  { info, knowledge, run }: Arrival,
  signal: AbortSignal,
): Promise<ServerWalk> {
  const { connection, send, refusals, collectors, settings, clock, hooks } = options
  const server = withoutConfig(knowledge.server, settings.configCommand)
  const applying = mayWalk(server, settings.scanOn)
    ? collectors.filter((one) => one.appliesTo?.(server, settings) ?? true)
    : []
  const trips = createRoundTrips(connection)
  const { databases, isTold } = await countDatabases(
    {
      server,
      info: async () => info,
      read: (...command) => readUnlessRefused(trips, knowledge.refusals, command),
    },
    true,
  )
  const { keysIn, named } = await readDatabaseKeys(info)
  const accept = hooks.begin({ run, role: server.role })
  const accounts = new Map(
    applying.map(({ name }) => [name, createSeriesAccount(settings.maxSeries)]),
  )
  let toldAt = clock.monotonic()
  const paced = createPacedExchange({
    send,
    settings,
    clock,
    signal,
    onTrip: (load) => {
      const now = clock.monotonic()
      if (now - toldAt < progressInterval) return
      toldAt = now
      const keys = walk.keys()
      hooks.onProgress({ keys, ratio: total === 0 ? 0 : Math.min(1, keys / total), load })
    },
  })
  const visitors = createWalkVisitors({
    collectors: applying,
    walkOf: ({ name }) => ({
      settings,
      server,
      databases,
      couldRead: (database) => !walk.unread().has(database),
      refusals,
      failPart: (part, error) => visitors.failPart([{ name }], part, error),
      ...(accounts.get(name) ?? createSeriesAccount(0)),
    }),
    accept: (name, samples) => accept(name, accounts.get(name)?.take(samples) ?? []),
    workTime: () => clock.monotonic() - paced.paused(),
  })
  const walk: KeyWalk = createKeyWalk({
    visitors,
    databases,
    // Whether there are others is not known.
    missing: isTold ? (database) => database >= databases : () => false,
    keysIn,
    count: paced.count,
    // With a limit there is time enough.
    ahead: settings.scanMaxLoad === 0,
    isNode: server.clusterEnabled,
    refusals,
  })
  const total = named
    .filter((database) => walk.looksInto(database))
    .reduce((sum, database) => sum + (keysIn(database) ?? 0), 0)
  return {
    run,
    async walk(secondsSoFar) {
      await walk.run(createOneAhead().through(paced.exchange))
      visitors.finish(secondsSoFar())
    },
    keys: walk.keys,
    load: paced.load,
    results: () =>
      [...visitors.results()].map(([name, { seconds, error, failedParts }]) => {
        const { rejected = [], leftOut = () => 0 } = accounts.get(name) ?? {}
        const failure = error ? { error } : {}
        return { name, seconds, rejected, leftOut: leftOut(), failedParts, ...failure }
      }),
  }
}
