import { stableShare } from '../targets/stable-hash.ts'

/** What to do about a task at a beat of the schedule. */
export interface Plan {
  /** Milliseconds from now until the run; undefined when none is due before the next beat. */
  readonly runIn: number | undefined
  /** Runs that were due before and never happened, because the event loop was blocked. */
  readonly missed: number
  /** When the run after that is due. */
  readonly nextDue: number
}

/**
 * Decides, from monotonic times in milliseconds, when a task runs that is due at `due` and every
 * `interval` after it. Runs stay on this grid whatever happens, so the interval is exact in the
 * long run. `horizon` is how far ahead this beat plans.
 */
export function planRun(now: number, due: number, interval: number, horizon: number): Plan {
  if (due > now + horizon) return { runIn: undefined, missed: 0, nextDue: due }
  if (due > now) return { runIn: due - now, missed: 0, nextDue: due + interval }
  const missed = Math.floor((now - due) / interval)
  return { runIn: 0, missed, nextDue: due + (missed + 1) * interval }
}

/**
 * Where in an interval something has its place, in milliseconds: a share that depends on its name
 * alone, so that many spread over the interval and none moves when others come and go.
 */
export function placeIn(interval: number, name: string): number {
  return Math.max(1, Math.round(stableShare(name) * interval))
}
