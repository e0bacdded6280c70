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

type End = () => number | undefined

/**
 * Follows whether every target has a fresh result. `ends` gives for each target what tells when its result
 * becomes too old, by the monotonic clock; that is undefined while it has none. That moment is known ahead,
 * so the beginning of a state does not depend on when somebody asks.
 */
export function watchReadiness(ends: () => Iterable<End>, clock: Clock): ReadinessWatch {
  let last: Readiness | undefined
  /** Nothing that is ready becomes too old before, since new results only last longer. */
  let readyUntil = -Infinity
  /** Because of whom it is not ready. */
  let first: First | undefined

  function note(): Readiness {
    const now = clock.monotonic()
    // A thousand targets have sixty results a second.
    if (last?.status === 'ready' && now <= readyUntil) return last
    // While one of them keeps us from being ready, the others need not be looked at.
    if (last && last.status !== 'ready' && first?.of && first.of() === first.end) return last
    first = firstEnd(ends())
    const { end } = first
    const status = statusAt(now, end)
    readyUntil = end ?? -Infinity
    if (last?.status === status) return last
    // Whatever else changes, changes because a result came, which is now.
    const began = last?.status === 'ready' ? Math.min(now, end ?? now) : now
    last = { status, since: clock.wall() - (now - began) }
    return last
  }

  note()
  return {
    note: () => void note(),
    noteTargets() {
      readyUntil = -Infinity
      first = undefined
      note()
    },
    now: note,
  }
}

/** The first of the ends; undefined where one has none, infinite where there are no targets. */
interface First {
  readonly end: number | undefined
  /** Whose it is. */
  readonly of: End | undefined
}

function firstEnd(ends: Iterable<End>): First {
  let first: First = { end: Infinity, of: undefined }
  for (const of of ends) {
    const end = of()
    if (end === undefined) return { end, of }
    if (end < (first.end ?? Infinity)) first = { end, of }
  }
  return first
}

function statusAt(now: number, first: number | undefined): ReadinessStatus {
  if (first === undefined) return 'waiting for the first poll'
  return first < now ? 'stale' : 'ready'
}
