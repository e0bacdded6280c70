import type { Command, Reply } from './command.ts'
import type { Connection, Words } from './connection.ts'
import { isConnectionFailure, isRedisError, type RedisError } from './redis-error.ts'
import { endedAt, isServersEnd } from './too-large.ts'

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
  /** Why replies did not come, where the connection failed: the first cause. */
  failure(): RedisError | undefined
}

export interface RoundTripsOptions {
  /**
   * Has each command wait for the reply to the one before it. A connection that the server ends was
   * ended by the one that was under way, which fails with an error that says so.
   */
  readonly oneByOne?: boolean
}

export function createRoundTrips(
  connection: Pick<Connection, 'send'>,
  { oneByOne = false }: RoundTripsOptions = {},
): RoundTrips {
  let waiting: Waiting[] = []
  // Those in text: binary ones are for one database after another, where order is meaning.
  const shared = new Map<string, Promise<Reply>>()
  let trips = 0
  let failure: RedisError | undefined
  /** Settles with the reply to the last command; only where they go one by one. */
  let last: Promise<unknown> = Promise.resolve()

  function noteFailure(error: unknown): void {
    if (isRedisError(error) && isConnectionFailure(error)) failure ??= error
  }

  function send(): void {
    const batch = waiting
    waiting = []
    shared.clear()
    if (oneByOne) sendOneByOne(batch)
    else sendTogether(batch)
  }

  function sendTogether(batch: readonly Waiting[]): void {
    trips += 1
    for (const run of runsOfSameWords(batch)) {
      const commands = run.map(({ command }) => command)
      const replies = connection.send(commands, run[0]?.words)
      for (const [index, reply] of replies.entries()) {
        reply.catch(noteFailure)
        run[index]?.answer(reply)
      }
    }
  }

  function sendOneByOne(batch: readonly Waiting[]): void {
    for (const { command, words, answer } of batch) {
      const reply = last.then(() => sendAlone(command, words))
      last = reply.catch(() => undefined)
      answer(reply)
    }
  }

  async function sendAlone(command: Command, words: Words): Promise<Reply> {
    // Whatever comes behind the end of the connection has no part in it.
    if (failure) throw failure
    trips += 1
    try {
      return (await connection.send([command], words)[0]) ?? null
    } catch (error) {
      noteFailure(error)
      throw isServersEnd(error) ? endedAt(command, error) : error
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
    failure: () => failure,
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
