import type { WalkRefusals } from '../collectors/keys/key-replies.ts'
import type { BulkReply, Exchange } from '../redis/connection.ts'
import { concernsDatabase, isRedisError, type RedisError } from '../redis/redis-error.ts'
import { closesDatabase, knownRefusal, refusalName, selectName } from '../redis/select-refusals.ts'

/** Knows in which database a connection is. */
export interface SelectedDatabase {
  /** A new connection was made, which is in database 0. */
  opened(): void
  /** The database in which it is, or was when it was lost. */
  current(): string
  /** Goes back to database 0, where a new connection would be; false where the server does not let it. */
  goBack(refusals: WalkRefusals): Promise<boolean>
  /**
   * Round trips that heed what the server is known to refuse of SELECT. They reject where the database is not for
   * this user, with an error that concerns it.
   */
  heeding(refusals: WalkRefusals): Exchange
}

/**
 * Answers a SELECT of the database in which the connection is already without sending it, so that a
 * user who may not select still sees database 0; one who may not is refused once for each database.
 */
export function createSelectedDatabase(exchange: Exchange): SelectedDatabase {
  let selected = '0'

  /** Why the database cannot be read, as far as is known. */
  function known(database: string, refusals: WalkRefusals): RedisError | undefined {
    const refusal = knownRefusal(refusals.current(), database)
    return refusal && (database !== selected || concernsDatabase(refusal)) ? refusal : undefined
  }

  async function select(database: string, refusals: WalkRefusals): Promise<BulkReply> {
    const refusal = known(database, refusals)
    if (refusal) return refusal
    if (database === selected) return 'OK'
    const [reply = null] = await exchange([['SELECT', database]])
    if (reply === 'OK') selected = database
    if (isRedisError(reply) && closesDatabase(reply))
      refusals.remember(refusalName(database, reply), reply)
    return reply
  }

  return {
    opened() {
      selected = '0'
    },
    current: () => selected,
    goBack: async (refusals) => (await select('0', refusals)) === 'OK' || selected === '0',
    heeding: (refusals) => async (commands, onHead) => {
      const [[name, database = '0'] = ['']] = commands
      if (name === 'SELECT' && commands.length === 1) return [await select(database, refusals)]
      const replies = await exchange(commands, onHead)
      // All commands are answered so, and looking at thousands of replies takes time.
      const last = replies.at(-1)
      if (!isRedisError(last) || !concernsDatabase(last)) return replies
      refusals.remember(selectName(selected), last)
      throw last
    },
  }
}
