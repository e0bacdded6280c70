import type { BulkReply } from '../redis/connection.ts'
import { isRedisError, redisError } from '../redis/redis-error.ts'
import { followTrail, type ScanTrail } from './scan-trail.ts'

/** Keys that were found together. */
export interface Found {
  readonly keys: readonly string[]
  /** Where the SCANs stand behind them. */
  readonly trail: ScanTrail
  /** How many keys were asked for: about as many came by, those that do not match among them. */
  readonly most: number
}

export interface GatheringOptions {
  /** Sends the SCAN of a cursor that asks for so many keys. */
  readonly scan: (cursor: string, most: number) => Promise<readonly BulkReply[]>
  /** How many keys a SCAN asks for. */
  readonly count: () => number
  /** Whether the next SCAN is sent before the keys of the last one are visited. */
  readonly ahead: boolean
  /** How many keys the database has, about. */
  readonly keys: number
}

/** So much a lost connection makes us scan again at most. */
const mostScans = 10

/**
 * Makes what gives the keys to visit next, from a cursor on that is the one behind the last. Ahead,
 * the next SCAN is on its way by then, and where few keys match, those of several come together:
 * round trips take most of the time then.
 */
export function createGathering(options: GatheringOptions): (from: ScanTrail) => Promise<Found> {
  const { scan, count, ahead, keys: all } = options
  let asked: ReturnType<typeof ask> | undefined

  function ask(cursor: string) {
    const most = count()
    return { most, replies: scan(cursor, most) }
  }

  async function scanOn(from: ScanTrail): Promise<Found> {
    const { most, replies } = asked ?? ask(from.cursor)
    const [reply] = await replies
    const { cursor, keys } = readScan(reply)
    const trail = followTrail(from, { cursor, found: keys.length, most }, all)
    asked = ahead && cursor !== '0' ? ask(cursor) : undefined
    // Should it fail while nobody waits for it, the visit fails with the same connection.
    asked?.replies.catch(() => undefined)
    return { keys, trail, most }
  }

  return async (from) => {
    let { trail, keys, most } = await scanOn(from)
    for (let scans = 1; asked && scans < mostScans && keys.length < count() / 2; scans++) {
      const more = await scanOn(trail)
      trail = more.trail
      keys = [...keys, ...more.keys]
      most += more.most
    }
    return { trail, keys, most }
  }
}

function readScan(reply: BulkReply | undefined) {
  if (isRedisError(reply)) throw reply
  const [cursor, keys] = Array.isArray(reply) ? reply : []
  if (typeof cursor !== 'string' || !Array.isArray(keys))
    throw redisError('parse', 'SCAN gave a reply of an unknown form')
  // Mostly there is nothing else, and a copy of a million keys takes time.
  return { cursor, keys: keys.every(isText) ? keys : keys.filter(isText) }
}

function isText(element: unknown): element is string {
  return typeof element === 'string'
}
