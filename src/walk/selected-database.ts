import type { WalkRefusals } from '../collectors/keys/key-replies.ts'
import type { BulkReply, Exchange } from '../redis/connection.ts'
import { isRedisError, isRefusal } from '../redis/redis-error.ts'

/** Knows in which database a connection is. */
export interface SelectedDatabase {
  /** A new connection was made, which is in database 0. */
  opened(): void
  /** The database in which it is, or was when it was lost. */
  current(): string
  /** Round trips that heed what the server is known to refuse of SELECT. */
  heeding(refusals: WalkRefusals): Exchange
}

/**
 * Answers a SELECT of the database in which the connection is already without sending it, so that a
 * user who may not select still sees database 0; one who may not is refused once.
 */
export function createSelectedDatabase(exchange: Exchange): SelectedDatabase {
  let selected = '0'

  async function select(database: string, refusals: WalkRefusals): Promise<BulkReply> {
    if (database === selected) return 'OK'
    const refusal = refusals.current().get('select')
    if (refusal) return refusal
    const [reply = null] = await exchange([['SELECT', database]])
    if (reply === 'OK') selected = database
    if (isRedisError(reply) && isRefusal(reply)) refusals.remember('select', reply)
    return reply
  }

  return {
    opened() {
      selected = '0'
    },
    current: () => selected,
    heeding: (refusals) => async (commands, onHead) => {
      const [[name, database = '0'] = ['']] = commands
      return name === 'SELECT' && commands.length === 1
        ? [await select(database, refusals)]
        : await exchange(commands, onHead)
    },
  }
}
