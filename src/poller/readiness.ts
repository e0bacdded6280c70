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
  now(): Readiness
}

/**
 * Follows whether every target has a fresh result. `ends` gives for each target when its result
 * becomes too old, by the monotonic clock; undefined while it has none. That moment is known ahead,
 * so the beginning of a state does not depend on when somebody asks.
 */
export function watchReadiness(
  ends: () => readonly (number | undefined)[],
  clock: Clock,
): ReadinessWatch {
  let last: Readiness | undefined

  function note(): Readiness {
    const now = clock.monotonic()
    const all = ends()
    const old = all.filter((end) => end !== undefined && end < now)
    const status = all.includes(undefined)
      ? 'waiting for the first poll'
      : old.length > 0
        ? 'stale'
        : 'ready'
    if (last?.status === status) return last
    // Whatever else changes, changes because a result came, which is now.
    const began = last?.status === 'ready' ? Math.min(now, ...old.map((end = now) => end)) : now
    last = { status, since: clock.wall() - (now - began) }
    return last
  }

  note()
  return { note: () => void note(), now: note }
}
