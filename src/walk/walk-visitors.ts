import type { KeyCollector, KeyVisitor, TakeIn, Walk } from '../collectors/keys/key-collector.ts'
import { compileGlobs } from '../keyspace/glob.ts'
import type { Sample } from '../metrics/metric.ts'
import type { Exchange } from '../redis/connection.ts'
import {
  concernsCommand,
  isRedisError,
  type RedisError,
  toRedisError,
} from '../redis/redis-error.ts'
import { joinReads } from './joined-reads.ts'

/** A collector that wants to see keys of a database. */
export interface Visiting {
  readonly name: string
  readonly visitor: KeyVisitor
  readonly keys: ReadonlySet<string>
  readonly patterns: readonly string[]
  readonly matches: (key: string) => boolean
}

/** How one collector did in a walk. */
export interface Visited {
  /** What it took, with the round trips that it waited for and without the pauses of the walk. */
  readonly seconds: number
  readonly error: RedisError | undefined
  /** What it could not look at. */
  readonly failedParts: ReadonlyMap<string, RedisError>
}

/** The collectors of a walk; whatever goes wrong in one of them costs none of the others. */
export interface WalkVisitors {
  /** Those that want to see keys of a database. */
  wanting(database: number): readonly Visiting[]
  /**
   * Lets visitors begin to read together. What it returns has them take in what they read once all
   * have: so a batch whose connection was lost, or that the server did not answer for now, can be
   * visited again. A visitor that fails on its own leaves the walk, which goes on for the others.
   */
  reading(
    visitings: readonly Visiting[],
    exchange: Exchange,
    read: (visiting: Visiting, readAll: Exchange) => Promise<TakeIn>,
  ): () => Promise<void>
  /** Ends the walk for these. */
  fail(visitings: readonly Pick<Visiting, 'name'>[], error: RedisError): void
  /** A part that these could not look at. */
  failPart(visitings: readonly Pick<Visiting, 'name'>[], part: string, error: RedisError): void
  /** Those that name databases, with them. */
  named(): readonly { readonly name: string; readonly databases: readonly number[] }[]
  finish(seconds: number): void
  results(): ReadonlyMap<string, Visited>
}

export interface WalkVisitorsOptions {
  readonly collectors: readonly KeyCollector[]
  /** What a collector sees of the walk. */
  readonly walkOf: (collector: KeyCollector) => Walk
  /** Takes the samples of a collector. */
  readonly accept: (collector: string, samples: readonly Sample[]) => void
  /** Milliseconds that are spent with work, so without the pauses of the walk. */
  readonly workTime: () => number
}

interface Entry {
  readonly name: string
  readonly visitor: KeyVisitor | undefined
  milliseconds: number
  /** Until when these count. */
  timedUntil: number
  error: RedisError | undefined
  readonly failedParts: Map<string, RedisError>
}

export function createWalkVisitors(options: WalkVisitorsOptions): WalkVisitors {
  const { walkOf, accept, workTime } = options
  const entries = new Map<string, Entry>()
  for (const collector of options.collectors) {
    const { name } = collector
    const [visitor, error] = attempt(() => collector.start(walkOf(collector)))
    entries.set(name, {
      ...{ name, visitor, error },
      ...{ milliseconds: 0, timedUntil: -Infinity, failedParts: new Map() },
    })
  }

  const isPresent = ({ name }: Pick<Visiting, 'name'>) => !entries.get(name)?.error
  const working = () => [...entries.values()].filter(({ error }) => !error)

  function fail(name: string, failure: unknown): void {
    const entry = entries.get(name)
    if (entry) entry.error ??= toRedisError(failure)
  }

  /** Does something in the name of a collector, and counts the time that it takes; once, where two things overlap. */
  async function timed<T>(name: string, work: () => T | Promise<T>): Promise<T> {
    const began = workTime()
    try {
      return await work()
    } finally {
      countTime(name, began, workTime())
    }
  }

  function countTime(name: string, began: number, ended: number): void {
    const entry = entries.get(name)
    if (!entry) return
    entry.milliseconds += Math.max(0, ended - Math.max(began, entry.timedUntil))
    entry.timedUntil = Math.max(entry.timedUntil, ended)
  }

  async function takeIn(
    name: string,
    read: PromiseSettledResult<TakeIn> | undefined,
  ): Promise<void> {
    // It may have failed since it read that.
    if (!read || !isPresent({ name })) return
    if (read.status === 'rejected') fail(name, read.reason)
    else await timed(name, () => accept(name, read.value())).catch((failure) => fail(name, failure))
  }

  return {
    wanting: (database) =>
      working().flatMap(({ name, visitor }) => {
        const [visiting, error] = attempt(() => visitor && visitingOf(name, visitor, database))
        if (error) fail(name, error)
        return visiting && visiting.keys.size + visiting.patterns.length > 0 ? [visiting] : []
      }),
    reading(visitings, exchange, read) {
      let lost: unknown
      const joined = joinReads((commands) =>
        exchange(commands).catch((failure) => {
          lost ??= failure
          throw failure
        }),
      )
      const present = visitings.filter(isPresent)
      const reads = Promise.allSettled(
        present.map((one) => timed(one.name, () => read(one, joined))),
      )
      return async () => {
        const results = await reads
        lost ??= results
          .flatMap((one) => (one.status === 'rejected' ? one.reason : []))
          .find(endsWalk)
        if (lost !== undefined) throw lost
        for (const [index, { name }] of present.entries()) await takeIn(name, results[index])
      }
    },
    fail(visitings, error) {
      for (const { name } of visitings) fail(name, error)
    },
    failPart(visitings, part, error) {
      for (const { name } of visitings) entries.get(name)?.failedParts.set(part, error)
    },
    named: () =>
      working().map(({ name, visitor }) => ({ name, databases: visitor?.databases ?? [] })),
    finish(seconds) {
      for (const { name, visitor } of working()) {
        const [, error] = attempt(() => accept(name, visitor?.finish?.(seconds) ?? []))
        if (error) fail(name, error)
      }
    },
    results: () =>
      new Map(
        [...entries].map(([name, { milliseconds, error, failedParts }]) => [
          name,
          { seconds: milliseconds / 1e3, error, failedParts },
        ]),
      ),
  }
}

function attempt<T>(work: () => T): readonly [T | undefined, RedisError | undefined] {
  try {
    return [work(), undefined]
  } catch (failure) {
    return [undefined, toRedisError(failure)]
  }
}

// Whatever is no failure of ours and tells of no single command.
function endsWalk(failure: unknown): boolean {
  return isRedisError(failure) && !concernsCommand(failure)
}

function visitingOf(name: string, visitor: KeyVisitor, database: number): Visiting {
  const { keys, patterns } = visitor.wants(database)
  return { name, visitor, keys: new Set(keys), patterns, matches: compileGlobs(patterns) }
}
