import type { Command, Reply } from './command.ts'
import type { Connection } from './connection.ts'

interface Waiting {
  readonly command: Command
  readonly answer: (reply: Promise<Reply>) => void
}

/** Puts commands together so that those asked for at the same time travel in one round trip. */
export interface RoundTrips {
  read(command: Command): Promise<Reply>
  /** The round trips made so far. */
  count(): number
}

export function createRoundTrips(connection: Pick<Connection, 'send'>): RoundTrips {
  let waiting: Waiting[] = []
  let trips = 0

  function send(): void {
    const batch = waiting
    waiting = []
    trips += 1
    const replies = connection.send(batch.map(({ command }) => command))
    for (const [index, reply] of replies.entries()) batch[index]?.answer(reply)
  }

  return {
    read(command) {
      return new Promise((answer) => {
        // The next tick comes after all promise callbacks of now: what they ask for joins in.
        if (waiting.length === 0) process.nextTick(send)
        waiting.push({ command, answer })
      })
    },
    count: () => trips,
  }
}
