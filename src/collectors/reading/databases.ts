import { readNumber } from '../../metrics/read-value.ts'
import { isRedisError } from '../../redis/redis-error.ts'
import type { Poll } from '../collector.ts'
import { readParameters } from './config-parameters.ts'
import { readDatabaseKeys } from './database-lines.ts'

// Redis admits two thousand million databases; so many empty ones would fill our memory.
const maximumDatabases = 10_000

/** How many databases there are, and whether the server says so itself. */
export interface DatabaseCount {
  readonly databases: number
  readonly isTold: boolean
}

/**
 * How many databases a server has, by CONFIG GET or else as far as INFO names those with keys.
 * Most clusters have one alone: only with `asksClusters` is one asked whether it has more.
 */
export async function countDatabases(
  poll: Pick<Poll, 'server' | 'read' | 'info'>,
  asksClusters = false,
): Promise<DatabaseCount> {
  // A Sentinel has neither databases nor CONFIG.
  if (poll.server.mode === 'sentinel') return { databases: 0, isTold: true }
  const asks = asksClusters || !poll.server.clusterEnabled
  const [told, info] = await Promise.all([asks ? readCount(poll) : undefined, poll.info()])
  const { named } = await readDatabaseKeys(info)
  const filled = named.reduce((most, database) => Math.max(most, database + 1), 0)
  const databases = Math.min(Math.max(told ?? 1, filled), maximumDatabases)
  return { databases, isTold: told !== undefined }
}

// What Valkey 9 calls `databases` are those that it has outside of a cluster.
async function readCount(poll: Pick<Poll, 'server' | 'read'>): Promise<number | undefined> {
  const parameter = poll.server.clusterEnabled ? 'cluster-databases' : 'databases'
  try {
    const told = (await readParameters(poll, [parameter])).get(parameter)
    // A server of a cluster that knows no such parameter has one database.
    return told === undefined && poll.server.clusterEnabled ? 1 : readNumber(told ?? '')
  } catch (error) {
    if (isRedisError(error)) return undefined
    throw error
  }
}
