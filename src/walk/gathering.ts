import type { BulkReply } from '../redis/bulk-connection.ts'
import { isRedisError, redisError } from '../redis/redis-error.ts'

/** Keys that were found together. */
export interface Found {
  readonly keys: readonly string[]
  /** The cursor behind them; '0' when they are the last. */
  readonly cursor: string
}

export interface GatheringOptions {
  /** Sends the SCAN of a cursor. */
  readonly scan: (cursor: string) => Promise<readonly BulkReply[]>
  /** How many keys a SCAN asks for. */
  readonly count: () => number
  /** Whether the next SCAN is sent before the keys of the last one are visited. */
  readonly ahead: boolean
}

/** So much a lost connection makes us scan again at most. */
const mostScans = 10

/**
 * Makes what gives the keys to visit next, from a cursor on that is the one behind the last. Ahead,
 * the next SCAN is on its way by then, and where few keys match, those of several come together:
 * round trips take most of the time then.
 */
export function createGathering(options: GatheringOptions): (cursor: string) => Promise<Found> {
  const { scan, count, ahead } = options
  let asked: ReturnType<typeof scan> | undefined

  async function scanOn(from: string): Promise<Found> {
    const [reply] = await (asked ?? scan(from))
    const found = readScan(reply)
    asked = ahead && found.cursor !== '0' ? scan(found.cursor) : undefined
    // Should it fail while nobody waits for it, the visit fails with the same connection.
    asked?.catch(() => undefined)
    return found
  }

  return async (from) => {
    let { cursor, keys } = await scanOn(from)
    for (let scans = 1; asked && scans < mostScans && keys.length < count() / 2; scans++) {
      const more = await scanOn(cursor)
      cursor = more.cursor
      keys = [...keys, ...more.keys]
    }
    return { cursor, keys }
  }
}

function readScan(reply: BulkReply | undefined): Found {
  if (isRedisError(reply)) throw reply
  const [cursor, keys] = Array.isArray(reply) ? reply : []
  if (typeof cursor !== 'string' || !Array.isArray(keys))
    throw redisError('parse', 'SCAN gave a reply of an unknown form')
  return { cursor, keys: keys.filter((key): key is string => typeof key === 'string') }
}
