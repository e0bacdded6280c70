import type { TargetTask } from '../poller/target-tasks.ts'
import type { Connect } from '../redis/connection.ts'
import type { Turn, Turns } from './turns.ts'

/** Has what a server answered be read when it is its turn. */
export interface ReadingInTurn {
  /** The same connections; who waits for replies has them when it is its turn. */
  waiting(connect: Connect): Connect
  /** The same task; when a poll ends, so does its turn. */
  task(task: TargetTask): TargetTask
}

/**
 * Of many targets only so many read replies at a time: what is made of a reply takes many times its
 * size until it is text. While a server is waited for others have the turn, so that one which falls
 * silent holds up nobody.
 */
export function createReadingInTurn(turns: Turns): ReadingInTurn {
  let turn: Turn | undefined

  async function inTurn<T>(reply: Promise<T>): Promise<T> {
    const mine = turn
    try {
      return await reply
    } finally {
      await mine?.take()
    }
  }

  return {
    waiting: (connect) => () => {
      const connection = connect()
      return {
        ...connection,
        send(commands, words) {
          turn?.give()
          return connection.send(commands, words).map(inTurn)
        },
      }
    },
    task(task) {
      if (task.kind !== 'poll') return task
      return {
        ...task,
        async run() {
          const over = new AbortController()
          turn = turns.turn(over.signal)
          await task.run()
          turn = undefined
          over.abort()
        },
      }
    },
  }
}
