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
  /** To be called when a target has come, and when one has gone. */
  noteCome(target: Lasting): void
  noteGone(target: Lasting): void
  now(): Readiness
}

/** A target of which there is a result, or will be. */
export interface Lasting {
  /** When its result becomes too old, by the monotonic clock; undefined while it has none. */
  end(): number | undefined
}

/**
 * Follows whether every one of these targets has a fresh result. When one becomes too old is known ahead,
 * so the beginning of a state does not depend on when somebody asks. Of thousands of targets hardly any is
 * looked at: while one keeps us from being ready, that one alone.
 */
export function watchReadiness(
  targets: ReadonlyMap<unknown, Lasting>,
  clock: Clock,
): ReadinessWatch {
  let last: Readiness | undefined
  /** Nothing that is ready becomes too old before, since new results only last longer. */
  let readyUntil = -Infinity
  /** Because of whom it is not ready. */
  let first: First | undefined
  let rest: Iterator<Lasting> = targets.values()

  /** Each once, beginning where the last look ended: who was found to be well there is not looked at again. */
  function* circle(): Generator<Lasting> {
    for (let count = 0; count < targets.size; ) {
      const { done, value } = rest.next()
      if (done) rest = targets.values()
      else {
        count += 1
        yield value
      }
    }
  }

  /** Whoever keeps us from being what we could be; when all are well, whose result ends first. */
  function findFirst(now: number): First {
    const isStale = last?.status === 'stale'
    let found: First = { end: Infinity, of: undefined }
    for (const of of circle()) {
      const end = of.end()
      if (end === undefined || (isStale && end < now)) return { end, of }
      if (end < (found.end ?? Infinity)) found = { end, of }
    }
    return found
  }

  function note(): Readiness {
    const now = clock.monotonic()
    // A thousand targets have sixty results a second.
    if (last?.status === 'ready' && now <= readyUntil) return last
    if (last && last.status !== 'ready' && first?.of && first.of.end() === first.end) return last
    first = findFirst(now)
    readyUntil = first.end ?? -Infinity
    return begin(statusAt(now, first.end), now)
  }

  function begin(status: ReadinessStatus, now: number): Readiness {
    if (last?.status === status) return last
    // Whatever else changes, changes because a result came, which is now.
    const began = last?.status === 'ready' ? Math.min(now, first?.end ?? now) : now
    last = { status, since: clock.wall() - (now - began) }
    return last
  }

  note()
  return {
    note: () => void note(),
    noteCome(of) {
      const end = of.end()
      if (end !== undefined) readyUntil = Math.min(readyUntil, end)
      else if (last?.status !== 'waiting for the first poll') {
        first = { end, of }
        begin('waiting for the first poll', clock.monotonic())
      }
    },
    noteGone(of) {
      if (first?.of === of) first = undefined
      note()
    },
    now: note,
  }
}

/** The first of the ends; undefined where one has none, infinite where there are no targets. */
interface First {
  readonly end: number | undefined
  /** Whose it is. */
  readonly of: Lasting | undefined
}

function statusAt(now: number, first: number | undefined): ReadinessStatus {
  if (first === undefined) return 'waiting for the first poll'
  return first < now ? 'stale' : 'ready'
}
