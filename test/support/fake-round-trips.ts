import { type Command, commandName } from '../../src/redis/command.ts'
import { fromErrorReply, isRedisError } from '../../src/redis/redis-error.ts'
import { createRoundTrips, type RoundTrips } from '../../src/redis/round-trips.ts'
import type { Answer } from './fake-poll.ts'

export interface FakeRoundTrips {
  readonly roundTrips: RoundTrips
  /** The commands that travelled, by trip. */
  readonly trips: readonly (readonly string[])[]
}

/**
 * Round trips to a server that answers from a table and knows no other command. COMMAND INFO
 * stands there without the many names that it asks for.
 */
export function fakeRoundTrips(
  answers: Readonly<Record<string, Answer | ((command: Command) => Answer)>>,
): FakeRoundTrips {
  const trips: string[][] = []
  const answer = async (command: Command) => {
    const given = answers[named(command)]
    const reply = typeof given === 'function' ? given(command) : given
    if (reply === undefined) throw fromErrorReply(`ERR unknown command '${named(command)}'`)
    if (isRedisError(reply)) throw reply
    return reply
  }
  const roundTrips = createRoundTrips({
    send(commands) {
      trips.push(commands.map(named))
      return commands.map(answer)
    },
  })
  return { trips, roundTrips }
}

function named(command: Command): string {
  return commandName(command) === 'command|info' ? 'COMMAND INFO' : command.join(' ')
}
