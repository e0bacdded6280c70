/** For how long a target is left alone that cannot be reached, in places of its schedule. */
export interface BackOff {
  /** Whether to poll at this place. */
  isDue(): boolean
  /** How many places are left out before the next one at which to poll. */
  leftOut(): number
  /** A poll ended: whether it reached the server. */
  note(isReached: boolean): void
  /**
   * After how many milliseconds to poll between two places, where those are far apart; undefined where
   * the next place is soon enough, or would come while that poll is under way, which takes as long as the
   * last one.
   */
  soon(lastMilliseconds: number): number | undefined
}

export interface BackOffOptions {
  readonly intervalMilliseconds: number
  /** How long a poll may take. */
  readonly timeoutMilliseconds: number
  /** The result of one poll must not be older than this before the next one ends. */
  readonly maximumAgeMilliseconds: number
  /** From 0 to 1, without the end. */
  readonly random: () => number
}

// One lost poll shall not cost what lies between two places: it may have been the machine that was busy.
const soonMilliseconds = 5_000

/**
 * Polls a target more and more seldom while it cannot be reached, at places that are drawn by lot, so
 * that those which went down together are not tried together for ever. What is served of it never
 * grows too old for that, and it keeps its places in the interval.
 */
export function createBackOff(options: BackOffOptions): BackOff {
  const { intervalMilliseconds, timeoutMilliseconds, maximumAgeMilliseconds, random } = options
  const most = Math.floor((maximumAgeMilliseconds - timeoutMilliseconds) / intervalMilliseconds)
  let failures = 0
  let left = 0

  return {
    isDue() {
      left = Math.max(0, left - 1)
      return left === 0
    },
    leftOut: () => Math.max(0, left - 1),
    note(isReached) {
      failures = isReached ? 0 : failures + 1
      const choice = Math.max(1, Math.min(most, 2 ** failures))
      left = isReached ? 0 : 1 + Math.floor(random() * choice)
    },
    soon(lastMilliseconds) {
      const wait = soonMilliseconds * 2 ** (failures - 1) * (0.75 + random() / 2)
      const isSoonEnough = wait < intervalMilliseconds / 2
      const isOverByThen = lastMilliseconds + wait + lastMilliseconds <= intervalMilliseconds
      return failures > 0 && isSoonEnough && isOverByThen ? wait : undefined
    },
  }
}
