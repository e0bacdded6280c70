import type { Clock } from '../clock.ts'

export type ReadinessStatus = 'ready' | 'stale' | 'waiting for the first poll'

/** Whether every target has a fresh result, and since when that is so. */
export interface Readiness {
  readonly status: ReadinessStatus
  /** In milliseconds since 1970. */
  readonly since: number
}

export interface ReadinessWatch {
  /** To be called before and after a result is replaced: then no change can pass unseen. */
  note(): void
  /** To be called before and after a target comes or goes. */
  noteTargets(): void
  now(): Readiness
}

/**
 * Follows whether every target has a fresh result. `ends` gives for each target when its result
 * becomes too old, by the monotonic clock; undefined while it has none. That moment is known ahead,
 * so the beginning of a state does not depend on when somebody asks.
 */
export function watchReadiness(
  ends: () => Iterable<number | undefined>,
  clock: Clock,
): ReadinessWatch {
  let last: Readiness | undefined
  /** Nothing that is ready becomes too old before, since new results only last longer. */
  let readyUntil = -Infinity

  function note(): Readiness {
    const now = clock.monotonic()
    // A thousand targets have sixty results a second.
    if (last?.status === 'ready' && now <= readyUntil) return last
    const first = firstEnd(ends())
    const status = statusAt(now, first)
    readyUntil = first ?? -Infinity
    if (last?.status === status) return last
    // Whatever else changes, changes because a result came, which is now.
    const began = last?.status === 'ready' ? Math.min(now, first ?? now) : now
    last = { status, since: clock.wall() - (now - began) }
    return last
  }

  note()
  return {
    note: () => void note(),
    noteTargets() {
      readyUntil = -Infinity
      note()
    },
    now: note,
  }
}

/** The first of the ends; undefined where one has none, infinite where there are no targets. */
function firstEnd(ends: Iterable<number | undefined>): number | undefined {
  let first = Infinity
  for (const end of ends) {
    if (end === undefined) return undefined
    first = Math.min(first, end)
  }
  return first
}

function statusAt(now: number, first: number | undefined): ReadinessStatus {
  if (first === undefined) return 'waiting for the first poll'
  return first < now ? 'stale' : 'ready'
}
