import type { Clock } from '../clock.ts'
import type { TargetState } from '../poller/snapshot-store.ts'

export interface HealthSource {
  readonly clock: Clock
  /** When the schedule last ticked, by the monotonic clock in milliseconds. */
  readonly lastTick: () => number
  readonly targets: () => readonly TargetState[]
  readonly maximumAgeMilliseconds: number
}

/** An answer to a probe: the status code and what a person wants to read beside it. */
export interface HealthReport {
  readonly ok: boolean
  readonly body: {
    readonly status: string
    /** Since when the status is what it is, as far as anybody asked. */
    readonly since: string
    readonly lastTickSecondsAgo: number
    readonly targets: readonly Omit<TargetState, 'serverVersion'>[]
  }
}

export interface Health {
  /** Whether the schedule ticks. Redis has no part in it: its outage must restart nothing. */
  alive(): HealthReport
  /** Whether every target has a fresh result, up or down. */
  ready(): HealthReport
}

export function createHealth(source: HealthSource): Health {
  const { clock, lastTick, targets, maximumAgeMilliseconds } = source
  const tickAge = () => clock.monotonic() - lastTick()

  function probe(status: () => string): () => HealthReport {
    let last = { status: '', since: '' }
    return () => {
      const now = status()
      if (now !== last.status) last = { status: now, since: new Date(clock.wall()).toISOString() }
      return {
        ok: now === 'ok' || now === 'ready',
        body: {
          ...last,
          lastTickSecondsAgo: round(tickAge() / 1e3),
          targets: targets().map(({ target, state, reason, ageSeconds }) => ({
            target,
            state,
            reason,
            ageSeconds: ageSeconds === undefined ? undefined : round(ageSeconds),
          })),
        },
      }
    }
  }

  const alive = probe(() => (tickAge() > maximumAgeMilliseconds ? 'no tick' : 'ok'))
  const ready = probe(() => {
    const states = targets().map(({ state }) => state)
    if (states.includes('waiting')) return 'waiting for the first poll'
    return states.includes('stale') ? 'stale' : 'ready'
  })
  // Asked once now, so that `since` begins with the start of the exporter.
  alive()
  ready()
  return { alive, ready }
}

function round(seconds: number): number {
  return Math.round(seconds * 1e3) / 1e3
}
