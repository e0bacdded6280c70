import type { TargetTask } from '../poller/target-tasks.ts'
import type { Admit, Connect, Connection } from '../redis/connection.ts'
import { redisError } from '../redis/redis-error.ts'
import type { Turn, Turns } from './turns.ts'

export interface ReadingOptions {
  /** Of those that read replies: what is made of one takes many times its size until it is text. */
  readonly turns: ReadingTurns
  /** Replies of so many bytes are short, and may be held before it is the turn of whose they are. */
  readonly shortBytes: number
  /** Told of a task that ended without having been read, since others were. */
  readonly onLeftOut: () => void
}

/** Whoever has little to tell waits for nobody who has much. */
export interface ReadingTurns {
  readonly short: Turns
  readonly long: Turns
}

/** Has what a server answers to one task be read when it is its turn. */
export interface ReadingInTurn {
  /** The same connections; who waits for replies has them when it is its turn. */
  waiting(connect: (admit: Admit) => Connect): Connect
  /** The same task; when it ends, so does its turn. */
  task(task: TargetTask): TargetTask
}

// Whoever has the turn waits for its server no longer than that where others wait for the turn.
const patienceMilliseconds = 1_000

/**
 * Of many targets only so many read replies at a time: whoever has a turn keeps it until its poll ends,
 * since what was read is held for as long. It is taken when all replies of a round trip are there, or
 * more of them than is short: the rest waits in the system, and holds nothing of ours. So a server that
 * is silent has no turn, and one that falls silent later loses it.
 */
export function createReadingInTurn({
  turns,
  shortBytes,
  onLeftOut,
}: ReadingOptions): ReadingInTurn {
  let run: ReadingRun | undefined

  function admit(bytes: number): Promise<void> | undefined {
    if (!run) return undefined
    run.received += bytes
    return run.received <= shortBytes || run.reads === 'long' ? undefined : takeTurn(run)
  }

  async function takeTurn(mine: ReadingRun): Promise<void> {
    const length = mine.received > shortBytes ? 'long' : (mine.reads ?? 'short')
    if (mine.reads === length) return
    mine.isLeftOut = true
    mine.turns.short.give()
    mine.reads = undefined
    await mine.turns[length].take()
    mine.isLeftOut = false
    mine.reads = length
  }

  /** Lets go of a server that is waited for while others wait to be read. */
  function watch(connection: Connection, waited: Promise<unknown>): void {
    const mine = run
    if (!mine) return
    const timer = setInterval(() => {
      if (!mine.reads || !turns[mine.reads].isWaitedFor()) return
      mine.isLeftOut = true
      connection.drop(redisError('timeout', tooSlow))
    }, patienceMilliseconds)
    void waited.then(() => clearInterval(timer))
  }

  /** Where no reply came, there is nothing to read. */
  async function myTurn(settled: Promise<readonly PromiseSettledResult<unknown>[]>) {
    const mine = run
    const hasReplies = (await settled).some(({ status }) => status === 'fulfilled')
    if (mine && hasReplies) await takeTurn(mine)
  }

  return {
    waiting: (connect) => () => {
      const connection = connect(admit)()
      return {
        ...connection,
        open() {
          const opened = connection.open()
          watch(connection, Promise.allSettled([opened]))
          return opened
        },
        send(commands, words) {
          const replies = connection.send(commands, words)
          const settled = Promise.allSettled(replies)
          watch(connection, settled)
          const turn = myTurn(settled)
          return replies.map((reply) => turn.then(() => reply))
        },
      }
    },
    task(task) {
      return {
        ...task,
        async run() {
          const over = new AbortController()
          const mine: ReadingRun = {
            turns: { short: turns.short.turn(over.signal), long: turns.long.turn(over.signal) },
            received: 0,
            reads: undefined,
            isLeftOut: false,
          }
          run = mine
          await task.run()
          run = undefined
          over.abort()
          if (mine.isLeftOut) onLeftOut()
        },
      }
    },
  }
}

/** One run of a task. */
interface ReadingRun {
  readonly turns: Readonly<Record<keyof ReadingTurns, Turn>>
  /** The bytes of replies so far. */
  received: number
  /** What it has the turn for. */
  reads: keyof ReadingTurns | undefined
  isLeftOut: boolean
}

const tooSlow = `the server kept us waiting for ${patienceMilliseconds / 1e3} s while others waited to be read`
