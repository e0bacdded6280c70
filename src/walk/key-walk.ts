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
import { isRedisError, type RedisError, toRedisError } from '../redis/redis-error.ts'
import { createGathering } from './gathering.ts'
import { joinReads } from './joined-reads.ts'

/** One walk through the keys of a server, serving all key collectors together. */
export interface KeyWalk {
  /**
   * Goes on from where the walk stands, over a connection to the server that it began with.
   * Rejects with a RedisError when the connection is lost or SCAN is refused; what was taken in by
   * then stays, and `run` may be called again.
   */
  run(exchange: ReadAll): Promise<void>
  /** Hands on the samples that are known only now. */
  finish(seconds: number): void
  /** Whether the keys of a database are looked for. */
  looksInto(database: number): boolean
  /** Keys that came by so far. */
  keys(): number
  /** The collectors that failed on their own. */
  failures(): ReadonlyMap<string, RedisError>
}

export interface KeyWalkOptions {
  readonly collectors: readonly KeyCollector[]
  /** What a collector sees of the walk. */
  readonly walkOf: (collector: KeyCollector) => Walk
  readonly databases: number
  /** Whether a database has keys at all; those that have none are not scanned. */
  readonly hasKeys: (database: number) => boolean
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
}

export function createKeyWalk(options: KeyWalkOptions): KeyWalk {
  const { collectors, walkOf, databases, hasKeys, count, ahead, accept } = options
  const visitors = collectors.map((collector) => ({
    name: collector.name,
    visitor: collector.start(walkOf(collector)),
  }))
  const failures = new Map<string, RedisError>()
  const position: Position = { database: 0, named: 0, cursor: '0', scanned: false }
  let seen = 0

  /*
   * Lets visitors read together, and has them take in what they read only when all have: so a
   * batch whose connection was lost can be visited again. A visitor that fails on its own leaves
   * the walk, which goes on for the others.
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
      scan: (cursor) =>
        exchange([['SCAN', cursor, ...match, 'COUNT', String(count())] satisfies Command]),
      count,
      ahead,
    })
    while (!position.scanned) {
      const { cursor, keys } = await gather(position.cursor)
      await visit(visitings, keys, matches, exchange)
      seen += keys.length
      position.cursor = cursor
      position.scanned = cursor === '0'
    }
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
    const looking = visitings.filter(({ patterns }) => patterns.length > 0 && hasKeys(database))
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
        position.database += 1
        Object.assign(position, { named: 0, cursor: '0', scanned: false })
      }
    },
    finish(seconds) {
      for (const { name, visitor } of visitors)
        if (!failures.has(name)) accept(name, visitor.finish?.(seconds) ?? [])
    },
    looksInto: (database) =>
      visitors.some(({ visitor }) => visitor.wants(database).patterns.length > 0),
    keys: () => seen,
    failures: () => failures,
  }
}

function visitingOf(name: string, visitor: KeyVisitor, database: number): Visiting {
  const { keys, patterns } = visitor.wants(database)
  const globs = patterns.map(compileGlob)
  const matches = (key: string) => globs.some((glob) => glob(key))
  return { name, visitor, keys: new Set(keys), patterns, matches }
}
