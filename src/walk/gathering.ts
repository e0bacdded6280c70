import type { Reply } from '../redis/command.ts'
import type { BulkReply } from '../redis/connection.ts'
import { isRedisError, redisError } from '../redis/redis-error.ts'
import { followTrail, type ScanTrail } from './scan-trail.ts'

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
  readonly scan: (cursor: string, most: number) => Promise<readonly BulkReply[]>
  /** How many keys a SCAN asks for. */
  readonly count: () => number
  /** Whether the next keys are looked for while the last ones are visited. */
  readonly ahead: boolean
  /** How many keys the database has, about. */
  readonly keys: number
}

/** Twice as much a lost connection makes us scan again at most. */
const mostScans = 10

/**
 * Makes what gives the keys to visit next, from a cursor on that is the one behind the last. Ahead,
 * those behind them are looked for meanwhile, and where few keys match, those of several SCANs come
 * together: round trips take most of the time then.
 */
export function createGathering(options: GatheringOptions): (from: ScanTrail) => Promise<Found> {
  const { scan, count, ahead, keys: all } = options
  let next: Promise<Found> | undefined

  async function scanOn(from: ScanTrail): Promise<Found> {
    const most = count()
    const [reply] = await scan(from.cursor, most)
    const { cursor, keys } = readScan(reply)
    const trail = followTrail(from, { cursor, found: keys.length, most }, all)
    return { keys, trail, most }
  }

  async function gather(from: ScanTrail): Promise<Found> {
    let { trail, keys, most } = await scanOn(from)
    const goesOn = () => ahead && trail.cursor !== '0' && keys.length < count() / 2
    for (let scans = 1; scans < mostScans && goesOn(); scans++) {
      const more = await scanOn(trail)
      trail = more.trail
      keys = [...keys, ...more.keys]
      most += more.most
    }
    return { trail, keys, most }
  }

  return async (from) => {
    const found = await (next ?? gather(from))
    next = ahead && found.trail.cursor !== '0' ? gather(found.trail) : undefined
    // Should it fail while nobody waits for it, the visit fails with the same connection.
    next?.catch(() => undefined)
    return found
  }
}

function readScan(reply: BulkReply | undefined) {
  if (isRedisError(reply)) throw reply
  const [cursor, keys] = Array.isArray(reply) ? reply : []
  if (typeof cursor !== 'string' || !Array.isArray(keys))
    throw redisError('parse', 'SCAN gave a reply of an unknown form')
  return { cursor, keys }
}
