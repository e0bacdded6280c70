import type { Command, Reply } from './command.ts'
import type { Connection, Words } from './connection.ts'

interface Waiting {
  readonly command: Command
  readonly words: Words
  readonly answer: (reply: Promise<Reply>) => void
}

/** Puts commands together so that those asked for at the same time travel in one round trip. */
export interface RoundTrips {
  /**
   * Commands keep the order in which they were asked for; `words` as a Connection takes them. A
   * command in text that is asked for twice before it is sent is sent once, and both get its reply.
   */
  read(command: Command, words?: Words): Promise<Reply>
  /** The round trips made so far. */
  count(): number
}

export function createRoundTrips(connection: Pick<Connection, 'send'>): RoundTrips {
  let waiting: Waiting[] = []
  // Those in text: binary ones are for one database after another, where order is meaning.
  const shared = new Map<string, Promise<Reply>>()
  let trips = 0

  function send(): void {
    const batch = waiting
    waiting = []
    shared.clear()
    trips += 1
    for (const run of runsOfSameWords(batch)) {
      const commands = run.map(({ command }) => command)
      const replies = connection.send(commands, run[0]?.words)
      for (const [index, reply] of replies.entries()) run[index]?.answer(reply)
    }
  }

  function wait(command: Command, words: Words): Promise<Reply> {
    return new Promise((answer) => {
      // The next tick comes after all promise callbacks of now: what they ask for joins in.
      if (waiting.length === 0) process.nextTick(send)
      waiting.push({ command, words, answer })
    })
  }

  return {
    read(command, words = 'text') {
      if (words !== 'text') return wait(command, words)
      const key = command.join('\0')
      const reply = shared.get(key) ?? wait(command, words)
      shared.set(key, reply)
      return reply
    },
    count: () => trips,
  }
}

// Written one after another without a pause, they are still one round trip.
function runsOfSameWords(batch: readonly Waiting[]): readonly (readonly Waiting[])[] {
  const runs: Waiting[][] = []
  for (const one of batch) {
    const last = runs.at(-1)
    if (last?.[0]?.words === one.words) last.push(one)
    else runs.push([one])
  }
  return runs
}
