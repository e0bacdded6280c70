import { readNumber } from '../metrics/read-value.ts'
import { isRedisError } from '../redis/redis-error.ts'
import type { Poll } from './collector.ts'
import { readConfig } from './config-parameters.ts'

// What Redis has when nobody configures it, for servers that do not tell.
const defaultDatabases = 16

// Redis admits two thousand million databases; so many empty ones would fill our memory.
const maximumDatabases = 10_000

/** How many databases a server has: CONFIG GET databases where it tells, else what is usual. */
export async function countDatabases(poll: Pick<Poll, 'server' | 'read'>): Promise<number> {
  if (poll.server.clusterEnabled) return 1
  // A Sentinel has neither databases nor CONFIG.
  if (poll.server.mode === 'sentinel') return 0
  try {
    const databases = readNumber((await readConfig(poll, ['databases'])).get('databases') ?? '')
    return Math.min(databases ?? defaultDatabases, maximumDatabases)
  } catch (error) {
    if (isRedisError(error)) return defaultDatabases
    throw error
  }
}
