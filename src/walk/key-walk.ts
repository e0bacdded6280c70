import type {
  KeyCollector,
  KeyVisitor,
  ReadAll,
  TakeIn,
  Walk,
} from '../collectors/key-collector.ts'
import { compileGlob } from '../keyspace/glob.ts'
import type { Sample } from '../metrics/metric.ts'
import type { Command } from '../redis/command.ts'
import {
  concernsCommand,
  isRedisError,
  type RedisError,
  toRedisError,
} from '../redis/redis-error.ts'
import { createGathering } from './gathering.ts'
import { joinReads } from './joined-reads.ts'

/** One walk through the keys of a server, serving all key collectors together. */
export interface KeyWalk {
  /**
   * Goes on from where the walk stands, over a connection to the server that it began with.
   * Rejects with a RedisError when the connection is lost, the server answers nothing for now, or
   * SCAN is refused; what was taken in by then stays, and `run` may be called again.
   */
  run(exchange: ReadAll): Promise<void>
  /** Hands on the samples that are known only now. */
  finish(seconds: number): void
  /** Whether the keys of a database are looked for. */
  looksInto(database: number): boolean
  /** Keys that came by so far; about as many where the server chooses those that match. */
  keys(): number
  /** The collectors that failed on their own. */
  failures(): ReadonlyMap<string, RedisError>
}

export interface KeyWalkOptions {
  readonly collectors: readonly KeyCollector[]
  /** What a collector sees of the walk. */
  readonly walkOf: (collector: KeyCollector) => Walk
  readonly databases: number
  /** How many keys a database has; one that has none is not scanned. */
  readonly keysIn: (database: number) => number
  /** How many keys the next SCAN shall ask for. */
  readonly count: () => number
  /** Whether the next SCAN is sent while the keys of the last one are visited. */
  readonly ahead: boolean
  /** Takes the samples of a collector. */
  readonly accept: (collector: string, samples: readonly Sample[]) => void
}

interface Visiting {
  readonly name: string
  readonly visitor: KeyVisitor
  readonly keys: ReadonlySet<string>
  readonly patterns: readonly string[]
  readonly matches: (key: string) => boolean
}

/** Where the walk stands: what comes before is taken in. */
interface Position {
  database: number
  /** Of the keys that are named in this database, those that were visited. */
  named: number
  /** The cursor of the next SCAN. */
  cursor: string
  scanned: boolean
  /** Keys of this database that came by. */
  seen: number
}

const databaseBegin = { named: 0, cursor: '0', scanned: false, seen: 0 }

export function createKeyWalk(options: KeyWalkOptions): KeyWalk {
  const { collectors, walkOf, databases, keysIn, count, ahead, accept } = options
  const visitors = collectors.map((collector) => ({
    name: collector.name,
    visitor: collector.start(walkOf(collector)),
  }))
  const failures = new Map<string, RedisError>()
  const position: Position = { database: 0, ...databaseBegin }
  let seenBefore = 0

  /*
   * Lets visitors read together, and has them take in what they read only when all have: so a
   * batch whose connection was lost, or that the server did not answer for now, can be visited
   * again. A visitor that fails on its own leaves the walk, which goes on for the others.
   */
  async function together(
    visitings: readonly Visiting[],
    exchange: ReadAll,
    read: (visiting: Visiting, readAll: ReadAll) => Promise<TakeIn>,
  ): Promise<void> {
    let lost: unknown
    const joined = joinReads((commands) =>
      exchange(commands).catch((failure) => {
        lost ??= failure
        throw failure
      }),
    )
    const results = await Promise.allSettled(visitings.map((one) => read(one, joined)))
    lost ??= results.flatMap((one) => (one.status === 'rejected' ? one.reason : [])).find(endsWalk)
    if (lost !== undefined) throw lost
    for (const [index, result] of results.entries()) {
      const { name = '' } = visitings[index] ?? {}
      if (result.status === 'fulfilled') accept(name, result.value())
      else failures.set(name, toRedisError(result.reason))
    }
  }

  async function visitNamed(visitings: readonly Visiting[], exchange: ReadAll): Promise<void> {
    const named = [...new Set(visitings.flatMap(({ keys }) => [...keys]))]
    while (position.named < named.length) {
      const keys = named.slice(position.named, position.named + count())
      await visit(visitings, keys, (visiting, key) => visiting.keys.has(key), exchange)
      position.named += keys.length
    }
  }

  async function scan(visitings: readonly Visiting[], exchange: ReadAll): Promise<void> {
    const patterns = new Set(visitings.flatMap((visiting) => visiting.patterns))
    // One pattern can be matched by the server, which then sends less; several are matched here.
    const [pattern = '*'] = patterns
    const match = patterns.size === 1 && pattern !== '*' ? ['MATCH', pattern] : []
    const matches = (visiting: Visiting, key: string) =>
      patterns.size === 1 || visiting.matches(key)
    const gather = createGathering({
      scan: (cursor, most) =>
        exchange([['SCAN', cursor, ...match, 'COUNT', `${most}`] satisfies Command]),
      count,
      ahead,
    })
    while (!position.scanned) {
      const { cursor, keys, most } = await gather(position.cursor)
      await visit(visitings, keys, matches, exchange)
      position.cursor = cursor
      position.scanned = cursor === '0'
      position.seen += keys.length
      // The keys that the server passed over came by as well.
      if (match.length > 0) position.seen = seenAmong(position, keys.length, most)
    }
  }

  function seenAmong({ database, seen, scanned }: Position, found: number, most: number): number {
    const all = keysIn(database)
    return Math.max(seen, scanned ? all : Math.min(all, seen - found + most))
  }

  function visit(
    visitings: readonly Visiting[],
    keys: readonly string[],
    wants: (visiting: Visiting, key: string) => boolean,
    exchange: ReadAll,
  ): Promise<void> {
    const { database } = position
    const wanting = visitings
      .filter(({ name }) => !failures.has(name))
      .map((visiting) => ({ visiting, keys: keys.filter((key) => wants(visiting, key)) }))
      .filter((one) => one.keys.length > 0)
    const keysOf = new Map(wanting.map((one) => [one.visiting, one.keys]))
    return together([...keysOf.keys()], exchange, (visiting, readAll) =>
      visiting.visitor.visit(database, keysOf.get(visiting) ?? [], readAll),
    )
  }

  async function leave(visitings: readonly Visiting[], exchange: ReadAll): Promise<void> {
    const { database } = position
    await together(
      visitings.filter(({ name, visitor }) => visitor.leave && !failures.has(name)),
      exchange,
      ({ visitor }, readAll) => visitor.leave?.(database, readAll) ?? Promise.resolve(() => []),
    )
  }

  async function walkDatabase(exchange: ReadAll): Promise<void> {
    const { database } = position
    const visitings = visitors
      .filter(({ name }) => !failures.has(name))
      .map(({ name, visitor }) => visitingOf(name, visitor, database))
      .filter(({ keys, patterns }) => keys.size > 0 || patterns.length > 0)
    if (visitings.length === 0) return
    const looking = visitings.filter(({ patterns }) => patterns.length > 0 && keysIn(database) > 0)
    if (looking.length > 0 || visitings.some(({ keys }) => keys.size > 0))
      await walkInto(visitings, looking, exchange)
    await leave(visitings, exchange)
  }

  async function walkInto(
    visitings: readonly Visiting[],
    looking: readonly Visiting[],
    exchange: ReadAll,
  ): Promise<void> {
    const { database } = position
    const [selected] = await exchange([['SELECT', String(database)]])
    if (isRedisError(selected)) throw selected
    await visitNamed(visitings, exchange)
    if (looking.length > 0) await scan(looking, exchange)
  }

  return {
    async run(exchange) {
      while (position.database < databases) {
        await walkDatabase(exchange)
        seenBefore += position.seen
        Object.assign(position, databaseBegin, { database: position.database + 1 })
      }
    },
    finish(seconds) {
      for (const { name, visitor } of visitors)
        if (!failures.has(name)) accept(name, visitor.finish?.(seconds) ?? [])
    },
    looksInto: (database) =>
      visitors.some(({ visitor }) => visitor.wants(database).patterns.length > 0),
    keys: () => seenBefore + position.seen,
    failures: () => failures,
  }
}

// Whatever is no failure of ours and tells of no single command.
function endsWalk(failure: unknown): boolean {
  return isRedisError(failure) && !concernsCommand(failure)
}

function visitingOf(name: string, visitor: KeyVisitor, database: number): Visiting {
  const { keys, patterns } = visitor.wants(database)
  const globs = patterns.map(compileGlob)
  const matches = (key: string) => globs.some((glob) => glob(key))
  return { name, visitor, keys: new Set(keys), patterns, matches }
}
