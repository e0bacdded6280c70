import type { Command } from './command.ts'
import type { BulkReply } from './connection.ts'
import { type Refusals, readUnlessRefused, rememberFirst } from './knowledge.ts'
import {
  concernsCommand,
  concernsDatabase,
  isConnectionFailure,
  isRedisError,
  isRefusal,
  type RedisError,
  redisError,
} from './redis-error.ts'
import type { RoundTrips } from './round-trips.ts'
import { knownRefusal, refusalName, selectName } from './select-refusals.ts'

/** Reads in one database or another over a connection, and knows in which of them that is. */
export interface DatabaseReader {
  /** A new connection was made, which is in database 0. */
  opened(): void
  /**
   * Reads commands in one database. Words and texts are binary strings; error replies and known
   * refusals stand in the place of their replies. Rejects where the database cannot be selected or is
   * not for this user; one that is not there is not asked for again.
   */
  read(
    trips: RoundTrips,
    refusals: Refusals,
    database: number,
    commands: readonly Command[],
  ): Promise<readonly BulkReply[]>
}

/** Where one connection is. */
interface Place {
  /** The database to which the last SELECT that was answered has led. */
  database: number
  /** SELECTs that are not answered yet. */
  underWay: number
}

/**
 * A connection is in database 0 but while others are read. A user who may select one of them need not be
 * allowed back: what the replies to SELECT tell decides of which database the replies behind them are.
 */
export function createDatabaseReader(): DatabaseReader {
  let current = atBegin()
  return {
    opened() {
      current = atBegin()
    },
    async read(trips, refusals, database, commands) {
      const refusal = refusalOf(refusals, database, current)
      if (refusal) throw refusal
      if (database > 0) noteDatabase(refusals, commands, database)
      const replies = await readGroup(trips, refusals, database, commands, current)
      const denied = replies.find(isOfDatabase)
      if (denied) throw rememberFirst(refusals, selectName(database), denied)
      return replies
    },
  }
}

function atBegin(): Place {
  return { database: 0, underWay: 0 }
}

/** What is believed of a database; nothing while it is its turn to be tried again. */
function believedRefusal(refusals: Refusals, database: number): RedisError | undefined {
  const error = knownRefusal(refusals, database)
  const isItsTurn = isDue(refusals, database) && error === refusals.get(selectName(database))
  return isItsTurn ? undefined : error
}

function isDue({ retried }: Refusals, database: number): boolean {
  return retried === selectName(database)
}

/** Why the database cannot be read, as far as is known. Who may not select it may be in it all the same. */
function refusalOf(refusals: Refusals, database: number, place: Place): RedisError | undefined {
  const error = believedRefusal(refusals, database)
  if (!error || concernsDatabase(error)) return error
  if (isRefusal(error)) return isIn(database, place) ? undefined : error
  // What is no refusal will not end, so it counts anew for as long as somebody asks.
  return redisError(error.reason, error.message, error.code)
}

/** Whether the connection is known to be there. */
function isIn(database: number, place: Place): boolean {
  return place.database === database && place.underWay === 0
}

/** All is asked for in one go, without waiting, so that no command of others comes in between. */
async function readGroup(
  trips: RoundTrips,
  refusals: Refusals,
  database: number,
  commands: readonly Command[],
  place: Place,
): Promise<readonly BulkReply[]> {
  const staysIn = isIn(database, place) && !isDue(refusals, database)
  const goesBack = database > 0 && !believedRefusal(refusals, 0)
  const [failure, replies] = await Promise.all([
    staysIn ? undefined : select(trips, refusals, database, place),
    Promise.all(
      commands.map((one) => readUnlessRefused(trips, refusals, one, 'binary').catch(replyInPlace)),
    ),
    goesBack ? select(trips, refusals, 0, place) : undefined,
  ])
  if (failure) throw failure
  return replies
}

/** Replies that are too large are known by the database as well. */
function noteDatabase(refusals: Refusals, commands: readonly Command[], database: number): void {
  refusals.databases ??= new WeakMap()
  for (const command of commands) refusals.databases.set(command, database)
}

/** Selects a database, and notes where that led to. Resolves with an error where the connection is not in it. */
async function select(
  trips: RoundTrips,
  refusals: Refusals,
  database: number,
  place: Place,
): Promise<RedisError | undefined> {
  const name = selectName(database)
  const isRetry = isDue(refusals, database)
  if (isRetry) refusals.retried = undefined
  place.underWay += 1
  try {
    await trips.read(['SELECT', `${database}`], 'binary')
    place.database = database
    refusals.delete(name)
    return undefined
  } catch (cause) {
    const error = replyInPlace(cause)
    if (isRetry) refusals.delete(name)
    const told = concernsCommand(error)
      ? rememberFirst(refusals, refusalName(database, error), error)
      : error
    // Refused, it has led nowhere.
    return isRefusal(error) && place.database === database ? undefined : told
  } finally {
    place.underWay -= 1
  }
}

function isOfDatabase(reply: BulkReply): reply is RedisError {
  return isRedisError(reply) && concernsDatabase(reply)
}

function replyInPlace(error: unknown): RedisError {
  if (isRedisError(error) && !isConnectionFailure(error)) return error
  throw error
}
