import { type Command, wordsOf } from '../redis/command.ts'
import type { Exchange } from '../redis/connection.ts'
import type { RedisError } from '../redis/redis-error.ts'

/** So many may cost a connection each; a server that has more of them is not walked to the end. */
const most = 100

/** Knows, for one walk, the commands whose replies were too large. */
export interface TooLargeReplies {
  /** Round trips that leave them out: the error stands in the place of the reply. */
  heeding(exchange: Exchange): Exchange
  /** Whether the walk can go on without the command that ended the connection with this. */
  learn(failure: RedisError): boolean
}

/**
 * What a server tells too much of one key costs what is read of that key, not the walk, and nothing
 * of a key of the same name in another database than the one that is selected.
 */
export function createTooLargeReplies(selected: () => string): TooLargeReplies {
  const known = new Map<string, RedisError>()
  const placeOf = (command: Command) => `${selected()} ${wordsOf(command)}`

  return {
    heeding: (exchange) => async (commands, onHead) => {
      // Mostly there are none, and the words of a hundred thousand commands take time.
      if (known.size === 0) return await exchange(commands, onHead)
      const errors = commands.map((command) => known.get(placeOf(command)))
      const sent = commands.filter((_, index) => !errors[index])
      const replies = sent.length > 0 ? await exchange(sent) : []
      let next = 0
      return errors.map((error) => error ?? replies[next++] ?? null)
    },
    learn(failure) {
      const place = failure.command && placeOf(failure.command)
      if (place === undefined || known.has(place) || known.size >= most) return false
      known.set(place, failure)
      return true
    },
  }
}
