import type { Clock } from '../clock.ts'
import type { Refusals } from './knowledge.ts'
import type { RedisError } from './redis-error.ts'

export interface RefusalRetries {
  /**
   * Has one command that is due sent again by who wants it next. To be called once for each poll;
   * `isRenewed` tells of a connection that is new after one that lasted.
   */
  retryOne(refusals: Refusals, isRenewed: boolean): void
}

/**
 * Tries what a user may not run again, for a right may be granted at any time: a command is due so
 * long after it was refused, and all are when the connection is new, one of them with each poll.
 * Each is one more error reply of the server at most. A reply that was too large, which costs a
 * connection, is tried again for its time alone. What the server does not have is left alone.
 */
export function createRefusalRetries(intervalMilliseconds: number, clock: Clock): RefusalRetries {
  const firstSeen = new WeakMap<RedisError, number>()
  const overdue = new WeakSet<RedisError>()

  function isDue(error: RedisError, now: number): boolean {
    const since = firstSeen.get(error) ?? now
    const isLate = now - since >= intervalMilliseconds
    if (error.reason === 'too_large') return isLate
    return error.reason === 'noperm' && (isLate || overdue.has(error))
  }

  return {
    retryOne(refusals, isRenewed) {
      const now = clock.monotonic()
      for (const error of refusals.values()) {
        if (!firstSeen.has(error)) firstSeen.set(error, now)
        if (isRenewed) overdue.add(error)
      }
      // Those that stood there longest come first. One that nobody wanted since gives way to others.
      const last = refusals.retried
      const due = [...refusals].filter(([, error]) => isDue(error, now)).map(([name]) => name)
      const place = last === undefined ? -1 : due.indexOf(last)
      refusals.retried = due[place + 1] ?? due[0]
    },
  }
}
