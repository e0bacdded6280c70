import type { Clock } from '../clock.ts'
import type { Refusals } from '../redis/knowledge.ts'
import type { RedisError } from '../redis/redis-error.ts'
import { isServersEnd } from '../redis/too-large.ts'

/** What was read of a server over one connection that answered INFO. */
export interface Pass<T> {
  readonly polled: T
  /** Why some of it is missing, where the connection failed behind INFO. */
  readonly failure: RedisError | undefined
  /** Whether anything but INFO was asked for. */
  readonly asksMore: boolean
  readonly refusals: Refusals
}

/** Knows that a server may end a connection rather than answer, and finds at which command. */
export interface EndingCommands {
  /** Whether commands are to be asked for one by one for now. */
  areOneByOne(): boolean
  /** Tells whether the connection from the poll before was lost before it answered. */
  noteKept(isLost: boolean): void
  /**
   * Gives a pass back or, where the server ended its connection, one without the commands at which
   * it does so. `again` reads over a new connection, one command by one, and without those that were
   * found to be to blame.
   */
  readWithout<T>(pass: Pass<T>, again: () => Promise<Pass<T>>): Promise<Pass<T>>
}

/** Connections that looking for such commands may cost; each finds one of them at most. */
const mostPasses = 8

/**
 * A server counts all that it still owes a client, and where that is too much it sends nothing more:
 * of what was asked for together, what was answered first is missing as well. So it is read again one
 * command by one, until nothing is missing. Where that comes to no end the server is to blame, not
 * the commands, and where no command is, they were too much together; both hold for an interval.
 */
export function createEndingCommands(intervalMilliseconds: number, clock: Clock): EndingCommands {
  let lostInARow = 0
  let oneByOneUntil = -Infinity
  let searchAgainAt = -Infinity

  const areOneByOne = () => clock.monotonic() < oneByOneUntil
  const mayBegin = () => clock.monotonic() >= searchAgainAt

  function restFromSearching(): void {
    searchAgainAt = clock.monotonic() + intervalMilliseconds
  }

  function goOneByOne(): void {
    restFromSearching()
    oneByOneUntil = searchAgainAt
  }

  return {
    areOneByOne,
    noteKept(isLost) {
      lostInARow = isLost ? lostInARow + 1 : 0
      // A connection that is lost to INFO alone was dead before.
      if (isLost && areOneByOne()) oneByOneUntil = -Infinity
      // Once it may be a server that was restarted. INFO goes ahead where the connection is new, so
      // that there all may be well with what is too much together with INFO.
      else if (lostInARow > 1 && mayBegin()) goOneByOne()
    },
    async readWithout(pass, again) {
      if (!isServersEnd(pass.failure) || !mayBegin()) return pass
      const { whole, blamed } = await search(again)
      if (!whole) {
        restFromSearching()
        acquit(blamed)
        return pass
      }
      if (blamed.size === 0) goOneByOne()
      return whole
    },
  }
}

/** Reads again and again until nothing is missing; `whole` is left out where that comes to no end. */
async function search<T>(again: () => Promise<Pass<T>>) {
  const blamed = new Map<RedisError, Refusals>()
  for (let passes = 0; passes < mostPasses; passes++) {
    const pass = await again().catch(() => undefined)
    // A server that answers INFO and nothing else is no matter of single commands.
    if (pass && !pass.failure) return pass.asksMore ? { whole: pass, blamed } : { blamed }
    if (!pass?.refusals.tooLarge) break
    blamed.set(pass.refusals.tooLarge, pass.refusals)
  }
  return { blamed }
}

function acquit(blamed: ReadonlyMap<RedisError, Refusals>): void {
  for (const [error, refusals] of blamed)
    for (const [place, one] of refusals) if (one === error) refusals.delete(place)
}
