import type { Command } from './command.ts'
import type { BulkReply } from './connection.ts'
import { type Refusals, readUnlessRefused } from './knowledge.ts'
import {
  concernsCommand,
  isConnectionFailure,
  isRedisError,
  isRefusal,
  type RedisError,
  redisError,
} from './redis-error.ts'
import type { RoundTrips } from './round-trips.ts'

/**
 * Reads commands in one database over a connection that otherwise stays in database 0. Words and
 * texts are binary strings; error replies and known refusals stand in the place of their replies.
 * Rejects where the database cannot be selected; one that is not there is not asked for again.
 */
export async function readInDatabase(
  trips: RoundTrips,
  refusals: Refusals,
  database: number,
  commands: readonly Command[],
): Promise<readonly BulkReply[]> {
  const read = (command: Command) =>
    readUnlessRefused(trips, refusals, command, 'binary').catch(replyInPlace)
  if (database === 0) return await Promise.all(commands.map(read))
  const place = `select ${database}`
  // Whether it may is tried apart, for the way back must be sure.
  if (refusals.retried === 'select') await read(['SELECT', '0'])
  const refusal = refusals.get('select')
  if (refusal) throw refusal
  const missing = refusals.get(place)
  // It is no refusal that may end, so it counts anew for as long as somebody asks.
  if (missing) throw redisError(missing.reason, missing.message, missing.code)
  refusals.databases ??= new WeakMap()
  for (const command of commands) refusals.databases.set(command, database)
  // All is asked for in one go, without waiting, so that no command of others comes in between.
  const [selected, ...replies] = await Promise.all([
    read(['SELECT', `${database}`]),
    ...commands.map(read),
    read(['SELECT', '0']),
  ])
  // Otherwise the replies tell of the keys of database 0.
  if (isRedisError(selected)) {
    if (concernsCommand(selected) && !isRefusal(selected)) refusals.set(place, selected)
    throw selected
  }
  return replies.slice(0, commands.length)
}

function replyInPlace(error: unknown): RedisError {
  if (isRedisError(error) && !isConnectionFailure(error)) return error
  throw error
}
