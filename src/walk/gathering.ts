import type { Reply } from '../redis/command.ts'
import type { BulkReply, OnHead } from '../redis/connection.ts'
import { isRedisError, redisError } from '../redis/redis-error.ts'
import { followTrail, isAtEnd, isCursor, type ScanTrail } from './scan-trail.ts'

/** Keys that were found together. */
export interface Found {
  /** As the server gave them: what is no text is no key. */
  readonly keys: readonly Reply[]
  /** Where the SCANs stand behind them. */
  readonly trail: ScanTrail
  /** How many keys were asked for: about as many came by, those that do not match among them. */
  readonly most: number
}

export interface GatheringOptions {
  /** Sends the SCAN of a cursor that asks for so many keys. */
  readonly scan: (cursor: string, most: number, onHead?: OnHead) => Promise<BulkReply>
  /** How many keys a SCAN asks for. */
  readonly count: () => number
  /** Whether the next keys are looked for while the last ones are visited. */
  readonly ahead: boolean
  /** How many keys the database has, about. */
  readonly keys: number
}

/** A SCAN that was sent. */
interface Sent {
  readonly cursor: string
  readonly most: number
  readonly reply: Promise<BulkReply>
}

/** Twice as much a lost connection makes us scan again at most. */
const mostScans = 10

/**
 * Makes what gives the keys to visit next, from a cursor on that is the one behind the last. Ahead,
 * those behind them are looked for meanwhile, and where few keys match, those of several SCANs come
 * together: round trips take most of the time then. While keys are waited for, the next SCAN is sent as
 * soon as its cursor is there: the server is busy with it while the names are read.
 */
export function createGathering(options: GatheringOptions): (from: ScanTrail) => Promise<Found> {
  const { scan, count, ahead, keys: all } = options
  let next: Promise<Found> | undefined
  /** One whose keys nobody looks for yet. */
  let early: Sent | undefined
  let isWaiting = false

  function send(cursor: string): Sent {
    const most = count()
    const onHead = (head: Reply) => {
      if (isWaiting && early === undefined && isFurther(head)) early = send(head)
    }
    const reply = scan(cursor, most, ahead ? onHead : undefined)
    // Should it fail before anybody looks for its keys, that is heard of when somebody does.
    reply.catch(() => undefined)
    return { cursor, most, reply }
  }

  async function scanOn(from: ScanTrail): Promise<Found> {
    const sent = early?.cursor === from.cursor ? early : send(from.cursor)
    early = undefined
    const { most } = sent
    const { cursor, keys } = readScan(await sent.reply)
    const trail = followTrail(from, { cursor, found: keys.length, most }, all)
    return { keys, trail, most }
  }

  async function gather(from: ScanTrail): Promise<Found> {
    let { trail, keys, most } = await scanOn(from)
    const goesOn = () => ahead && !isAtEnd(trail) && keys.length < count() / 2
    for (let scans = 1; scans < mostScans && goesOn(); scans++) {
      const more = await scanOn(trail)
      trail = more.trail
      keys = [...keys, ...more.keys]
      most += more.most
    }
    return { trail, keys, most }
  }

  return async (from) => {
    isWaiting = true
    const found = await (next ?? gather(from)).finally(() => {
      isWaiting = false
    })
    next = ahead && !isAtEnd(found.trail) ? gather(found.trail) : undefined
    // Should it fail while nobody waits for it, the visit fails with the same connection.
    next?.catch(() => undefined)
    return found
  }
}

function isFurther(head: Reply): head is string {
  return typeof head === 'string' && head !== '0' && isCursor(head)
}

function readScan(reply: BulkReply) {
  if (isRedisError(reply)) throw reply
  const [cursor, keys] = Array.isArray(reply) ? reply : []
  if (typeof cursor !== 'string' || !Array.isArray(keys))
    throw redisError('parse', 'SCAN gave a reply of an unknown form')
  return { cursor, keys }
}
