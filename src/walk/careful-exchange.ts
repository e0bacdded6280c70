import type { ReadAll } from '../collectors/keys/key-collector.ts'
import { throwIfServerFailed } from '../collectors/keys/key-replies.ts'

/**
 * Lets the first command of the first batch go ahead alone: a server that answers for no key now, as
 * in a cluster that is down, says so once, not for every key.
 */
export function createCarefulExchange(exchange: ReadAll): ReadAll {
  let isAnswering = false

  return async (commands) => {
    if (isAnswering || commands.length < 2) return await exchange(commands)
    const first = await exchange(commands.slice(0, 1))
    throwIfServerFailed(first)
    isAnswering = true
    return [...first, ...(await exchange(commands.slice(1)))]
  }
}
