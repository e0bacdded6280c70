import { hasMoved, isServerFailure } from '../collectors/keys/key-replies.ts'
import { type OwnsKey, ownedKeys } from '../collectors/keys/node-slots.ts'
import type { Command } from '../redis/command.ts'
import type { BulkReply, Exchange } from '../redis/connection.ts'

/** Knows which keys a node of a cluster answers for. */
export interface OwnKeys {
  /** Another connection: it is asked anew. */
  outdate(): void
  /** Of some keys those that the node answers for. It is asked anew when a key has moved. */
  among(keys: readonly string[], exchange: Exchange): Promise<readonly string[]>
  /** The same exchange, by which it is noticed that keys have moved. */
  noticing(exchange: Exchange): Exchange
}

/** By CLUSTER NODES, which `ask` sends. All keys are those of a server that is no node. */
export function createOwnKeys(
  isNode: boolean,
  ask: (exchange: Exchange, command: Command) => Promise<BulkReply>,
): OwnKeys {
  let owns: OwnsKey | undefined
  let isOfLate = false

  function outdate(): void {
    isOfLate = false
  }

  return {
    outdate,
    async among(keys, exchange) {
      if (!isNode) return keys
      if (!isOfLate) {
        const reply = await ask(exchange, ['CLUSTER', 'NODES'])
        if (isServerFailure(reply)) throw reply
        owns = typeof reply === 'string' ? await ownedKeys(reply) : undefined
        isOfLate = true
      }
      return owns ? keys.filter(owns) : keys
    },
    noticing(exchange) {
      if (!isNode) return exchange
      return async (commands) => {
        const replies = await exchange(commands)
        if (replies.some(hasMoved)) outdate()
        return replies
      }
    },
  }
}
