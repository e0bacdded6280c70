import { readDatabaseKeys } from '../collectors/reading/database-lines.ts'
import type { Exchange } from '../redis/connection.ts'
import { parseInfoInSlices } from '../redis/info.ts'
import { redisError } from '../redis/redis-error.ts'

/**
 * Rejects with the reason `protocol` when SCAN gave more keys of a database than there can be; one that
 * grows is asked for its size.
 */
export type BoundGiven = (given: number, exchange: Exchange) => Promise<void>

// SCAN gives some keys twice, and others are new: more than so many times what the database has,
// and so many beside, are no keys of it.
const mostTimes = 4
const mostBesides = 1000

/** Bounds what SCAN gives of a database, which has so many keys as far as is known. */
export function createBoundGiven(database: number, keys = Infinity): BoundGiven {
  let most = mostOf(keys)
  return async (given, exchange) => {
    if (given <= most) return
    const [reply = ''] = await exchange([['INFO', 'keyspace']])
    const info = await parseInfoInSlices(typeof reply === 'string' ? reply : '')
    const { keysIn } = await readDatabaseKeys(info)
    most = mostOf(keysIn(database) ?? 0)
    if (given > most) throw redisError('protocol', 'SCAN gave many more keys than the database has')
  }
}

function mostOf(keys: number): number {
  return mostTimes * keys + mostBesides
}
