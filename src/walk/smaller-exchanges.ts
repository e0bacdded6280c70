import type { BulkReply, Exchange } from '../redis/connection.ts'
import { endedAt, isServersEnd } from '../redis/too-large.ts'

/** Sends less at a time in a walk where the server ends the connection at what is sent. */
export interface SmallerExchanges {
  /** The same exchange, in as many round trips as it takes. */
  heeding(exchange: Exchange): Exchange
  /**
   * Tells that the connection was lost again where it was lost before: until the walk comes further
   * commands go one by one, so that the one at which the connection ends is known. From then on half
   * as many as were lost go together.
   */
  stick(): void
  /** Tells that one command was to blame: how many go together had no part in it. */
  blame(): void
}

/** `keys` tells how far the walk has come. */
export function createSmallerExchanges(keys: () => number): SmallerExchanges {
  let most = Infinity
  let mostBefore = Infinity
  let stuckAt: number | undefined
  let lost = Infinity
  const underWay = new Set<{ isAlone: boolean }>()

  async function send(exchange: Exchange, ...asked: Parameters<Exchange>) {
    const [commands] = asked
    const trip = { isAlone: underWay.size === 0 }
    for (const other of underWay) other.isAlone = false
    underWay.add(trip)
    try {
      return await exchange(...asked)
    } catch (failure) {
      lost = commands.length
      const [command] = commands
      const isOne = stuckAt === keys() && lost === 1 && command !== undefined
      // Beside another one nothing tells which of them it was.
      throw isOne && trip.isAlone && isServersEnd(failure) ? endedAt(command, failure) : failure
    } finally {
      underWay.delete(trip)
    }
  }

  return {
    heeding: (exchange) => async (commands, onHead) => {
      const atOnce = stuckAt === keys() ? 1 : most
      if (commands.length <= atOnce) return await send(exchange, commands, onHead)
      const replies: BulkReply[][] = []
      for (let start = 0; start < commands.length; start += atOnce) {
        const some = commands.slice(start, start + atOnce)
        replies.push([...(await send(exchange, some, start === 0 ? onHead : undefined))])
      }
      return replies.flat()
    },
    stick() {
      // There they go one by one already.
      if (stuckAt === keys()) return
      stuckAt = keys()
      mostBefore = most
      most = Math.max(1, Math.min(most, Math.ceil(lost / 2)))
    },
    blame() {
      most = mostBefore
    },
  }
}
