import { isServerFailure, type WalkRefusals } from '../collectors/keys/key-replies.ts'
import { type Command, commandName, type Reply } from '../redis/command.ts'
import type { BulkReply, Exchange, OnHead } from '../redis/connection.ts'
import {
  concernsDatabase,
  isRedisError,
  isRefusal,
  noSuchDatabase,
  type RedisError,
} from '../redis/redis-error.ts'
import { timeForMore } from '../yielding.ts'
import { createGathering, type Found } from './gathering.ts'
import { createOwnKeys } from './own-keys.ts'
import { isAtEnd, type ScanTrail } from './scan-trail.ts'
import { beginAt, leavePage } from './walk-position.ts'
import type { Visiting, WalkVisitors } from './walk-visitors.ts'

/** One walk through the keys of a server, serving all key collectors together. */
export interface KeyWalk {
  /**
   * Goes on from where the walk stands, over a connection to the server that it began with.
   * Rejects with a RedisError when the connection is lost, the server answers nothing for now, or
   * SCAN leads nowhere; what was taken in by then stays, and `run` may be called again.
   */
  run(exchange: Exchange): Promise<void>
  /** Whether the keys of a database are looked for. */
  looksInto(database: number): boolean
  /** Keys that came by so far; about as many where the server chooses those that match. */
  keys(): number
  /** Databases that could not be looked into. */
  unread(): ReadonlySet<number>
}

export interface KeyWalkOptions {
  readonly visitors: WalkVisitors
  readonly databases: number
  /** Whether the server is known to have no such database. */
  readonly missing: (database: number) => boolean
  /** How many keys a database has, as far as is known; one that has none is not scanned. */
  readonly keysIn: (database: number) => number | undefined
  /** How many keys the next SCAN shall ask for. */
  readonly count: () => number
  /** Whether the next keys are looked for while the last ones are visited. */
  readonly ahead: boolean
  /** Whether the server is a node of a cluster, which answers for some keys only. */
  readonly isNode: boolean
  readonly refusals: WalkRefusals
}

/** Keys that are visited together. */
interface Part {
  readonly keys: readonly Reply[]
  /** What was read of them was taken in. */
  done(): void
}

// Whatever SCAN gives at once, no more is visited together: what that takes holds the event loop.
const mostTogether = 1_000

export function createKeyWalk(options: KeyWalkOptions): KeyWalk {
  const { visitors, databases, missing, keysIn, count, ahead, isNode, refusals } = options
  const position = beginAt(0, keysIn(0))
  const unread = new Set<number>()
  let seenBefore = 0
  const ownKeys = createOwnKeys(isNode, ask)

  // What is refused is not asked again by the next walk either.
  async function ask(exchange: Exchange, command: Command, onHead?: OnHead): Promise<BulkReply> {
    const name = commandName(command)
    const known = refusals.current().get(name)
    if (known) return known
    const [reply = null] = await exchange([command], onHead)
    if (isRedisError(reply) && isRefusal(reply)) refusals.remember(name, reply)
    return reply
  }

  /** Begins to visit keys; what it resolves with takes in what was read of them. */
  async function beginVisit(
    visitings: readonly Visiting[],
    keys: readonly string[],
    wanted: (visiting: Visiting, keys: readonly string[]) => readonly string[],
    exchange: Exchange,
  ): Promise<() => Promise<void>> {
    const { database } = position
    const own = await ownKeys.among(keys, exchange)
    const keysOf = new Map(
      visitings
        .map((one) => [one, wanted(one, own)] as const)
        .filter(([, some]) => some.length > 0),
    )
    return visitors.reading([...keysOf.keys()], ownKeys.noticing(exchange), (visiting, readAll) =>
      visiting.visitor.visit(database, keysOf.get(visiting) ?? [], readAll),
    )
  }

  async function visitNamed(visitings: readonly Visiting[], exchange: Exchange): Promise<void> {
    const named = [...new Set(visitings.flatMap(({ keys }) => [...keys]))]
    while (position.named < named.length) {
      const keys = named.slice(position.named, position.named + count())
      const isNamed = (one: Visiting, own: readonly string[]) =>
        own.filter((key) => one.keys.has(key))
      const takeIn = await beginVisit(visitings, keys, isNamed, exchange)
      await takeIn()
      position.named += keys.length
    }
  }

  async function scan(visitings: readonly Visiting[], exchange: Exchange): Promise<void> {
    const patterns = new Set(visitings.flatMap((visiting) => visiting.patterns))
    // One pattern can be matched by the server as well, which then sends less.
    const [pattern = '*'] = patterns
    const match = patterns.size === 1 && pattern !== '*' ? ['MATCH', pattern] : []
    // Not every server keeps to it.
    const matching = ({ matches }: Visiting, own: readonly string[]) => own.filter(matches)
    const gather = createGathering({
      scan: (cursor, most, onHead) =>
        ask(exchange, ['SCAN', cursor, ...match, 'COUNT', `${most}`], onHead),
      count,
      ahead,
      keys: keysIn(position.database) ?? Infinity,
    })
    const mayOverlap = ahead && visitings.every(({ visitor }) => visitor.overlaps)
    let takeInLast = async () => {}
    for await (const { keys, done } of partsFrom(visitings, gather, match.length > 0, exchange)) {
      const takeIn = await beginVisit(visitings, keys.filter(isText), matching, exchange)
      const takeInAll = async () => {
        await takeIn()
        done()
      }
      await takeInLast()
      if (mayOverlap) takeInLast = takeInAll
      else await takeInAll()
    }
    await takeInLast()
  }

  /** All that SCAN finds behind what was taken in; ends early where the user may not scan. */
  async function* partsFrom(
    visitings: readonly Visiting[],
    gather: (trail: ScanTrail) => Promise<Found>,
    isMatched: boolean,
    exchange: Exchange,
  ): AsyncGenerator<Part> {
    let { page, trail, given, scanned } = position
    while (!scanned) {
      const from = trail
      page ??= await nextPage(() => gather(from), visitings)
      if (!page) return
      // Where all before is taken in, it need not be looked for again should its visit be lost.
      if (position.trail === trail) position.page = page
      const { found, visited } = page
      given += found.keys.length
      await position.boundGiven(given, exchange)
      yield* partsOf(found, visited, isMatched)
      page = undefined
      trail = found.trail
      scanned = isAtEnd(trail)
    }
  }

  async function* partsOf(found: Found, from: number, isMatched: boolean): AsyncGenerator<Part> {
    const { keys } = found
    let begin = from
    do {
      const end = Math.min(keys.length, begin + mostTogether)
      // Taking them in has used up the slice, where there are many.
      await timeForMore()
      yield {
        keys: keys.slice(begin, end),
        done() {
          position.page = { found, visited: end }
          if (end === keys.length)
            leavePage(position, found, isMatched ? keysIn(position.database) : undefined)
        },
      }
      begin = end
    } while (begin < keys.length)
  }

  /** Undefined where the user may not scan. */
  async function nextPage(gather: () => Promise<Found>, visitings: readonly Visiting[]) {
    try {
      return { found: await gather(), visited: 0 }
    } catch (failure) {
      // Whoever knows the keys by name has seen them.
      if (!isRedisError(failure) || !isRefusal(failure)) throw failure
      visitors.fail(visitings, failure)
      return undefined
    }
  }

  async function walkDatabase(exchange: Exchange): Promise<void> {
    const visitings = visitors.wanting(position.database)
    if (visitings.length === 0) return
    try {
      await visitDatabase(visitings, exchange)
    } catch (failure) {
      if (!isRedisError(failure) || !concernsDatabase(failure)) throw failure
      leaveOut(failure, visitings)
    }
  }

  async function visitDatabase(visitings: readonly Visiting[], exchange: Exchange): Promise<void> {
    const { database } = position
    const looking = visitings.filter(
      ({ patterns }) => patterns.length > 0 && keysIn(database) !== 0,
    )
    if (looking.length > 0 || visitings.some(({ keys }) => keys.size > 0)) {
      const [selected] = await exchange([['SELECT', String(database)]])
      if (isRedisError(selected)) return leaveOut(selected, visitings)
      await visitNamed(visitings, exchange)
      if (looking.length > 0) await scan(looking, exchange)
    }
    const takeIn = visitors.reading(
      visitings.filter(({ visitor }) => visitor.leave),
      exchange,
      ({ visitor }, readAll) => visitor.leave?.(database, readAll) ?? Promise.resolve(() => []),
    )
    await takeIn()
  }

  function leaveOut(error: RedisError, visitings: readonly Visiting[]): void {
    if (isServerFailure(error)) throw error
    unread.add(position.database)
    visitors.failPart(visitings, `db${position.database}`, error)
  }

  function tellOfMissing(): void {
    for (const one of visitors.named())
      for (const database of one.databases.filter(missing))
        visitors.failPart([one], `db${database}`, noSuchDatabase())
  }

  return {
    async run(exchange) {
      ownKeys.outdate()
      tellOfMissing()
      while (position.database < databases) {
        await walkDatabase(exchange)
        seenBefore += position.seen
        const next = position.database + 1
        Object.assign(position, beginAt(next, keysIn(next)))
      }
    },
    looksInto: (database) => visitors.wanting(database).some(({ patterns }) => patterns.length > 0),
    keys: () => seenBefore + position.seen,
    unread: () => unread,
  }
}

function isText(element: Reply): element is string {
  return typeof element === 'string'
}
