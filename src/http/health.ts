import type { Clock } from '../clock.ts'
import type { Readiness } from '../poller/readiness.ts'
import { type ReasonText, reasonIn, reasonTexts } from '../poller/reason-texts.ts'
import type { Judged, TargetState } from '../poller/target-snapshots.ts'
import { shownTargets } from './shown-targets.ts'

export interface HealthSource {
  readonly clock: Clock
  /** When the schedule last ticked, by the monotonic clock in milliseconds. */
  readonly lastTick: () => number
  /** Since when it ticks without a pause longer than the maximum age, by the same clock. */
  readonly tickingSince: () => number
  readonly targets: () => readonly Judged[]
  /** Whether all that was wanted at first is among them; so it is unless given. */
  readonly hasBegun?: () => boolean
  readonly readiness: () => Readiness
  /** What says which targets are wanted. */
  readonly sources?: () => readonly SourceReport[]
  readonly maximumAgeMilliseconds: number
}

interface SourceReport {
  readonly name: string
  /** Why it does not tell of changes any more; undefined when it does. */
  readonly failure: string | undefined
  /** When it last worked, in milliseconds since 1970; undefined when never. */
  readonly lastSuccess: number | undefined
}

/** An answer to a probe: the status code and what a person wants to read beside it. */
export interface HealthReport {
  readonly ok: boolean
  readonly body: {
    readonly status: string
    /** When the status began, whenever somebody asks. */
    readonly since: string
    readonly lastTickSecondsAgo: number
    /** How many are in which state; left out of a few, which are all told of. */
    readonly states: object | undefined
    /** All of a few; of many, the first that are not up. */
    readonly targets: readonly object[]
    /** What the reasons mean that stand there, and what to look at; left out where none does. */
    readonly reasons: Readonly<Record<string, ReasonText>> | undefined
    /** Those that fail; left out when none does. */
    readonly sources: readonly object[] | undefined
  }
}

export interface Health {
  /** Whether the schedule ticks. Redis has no part in it: its outage must restart nothing. */
  alive(): HealthReport
  /** Whether every target has a fresh result, up or down. */
  ready(): HealthReport
}

export function createHealth(source: HealthSource): Health {
  const { clock, lastTick, tickingSince, targets, readiness, maximumAgeMilliseconds } = source
  const { sources = () => [], hasBegun = () => true } = source
  const wallTime = createWallTime(clock)

  function report(ok: boolean, status: string, since: number): HealthReport {
    const lastTickSecondsAgo = round((clock.monotonic() - lastTick()) / 1e3)
    const { shown, counts } = shownTargets(targets(), clock.monotonic())
    const body = {
      status,
      since: new Date(since).toISOString(),
      lastTickSecondsAgo,
      states: counts,
      targets: shown.map(describe),
      reasons: textsOf(shown),
      sources: failing(sources()),
    }
    return { ok, body }
  }

  return {
    alive() {
      const silentAt = lastTick() + maximumAgeMilliseconds
      return clock.monotonic() > silentAt
        ? report(false, 'no tick', wallTime(silentAt))
        : report(true, 'ok', wallTime(tickingSince()))
    },
    ready() {
      const { status, since } = readiness()
      // What is to be watched is not known yet.
      const isPending = sources().some((one) => !one.failure && one.lastSuccess === undefined)
      if (isPending || !hasBegun()) return report(false, 'waiting for the first poll', since)
      return report(status === 'ready', status, since)
    },
  }
}

// Undefined is left out of JSON, and so is a list of nothing.
function describe({ target, state, server, reason, ageSeconds, failures }: TargetState) {
  return {
    target,
    state,
    server: server === '' ? undefined : server,
    reason,
    ageSeconds: ageSeconds === undefined ? undefined : round(ageSeconds),
    failures: failures.length > 0 ? failures : undefined,
  }
}

function textsOf(shown: readonly TargetState[]): HealthReport['body']['reasons'] {
  const told = shown.flatMap(({ reason, failures }) => [
    reasonIn(reason),
    ...failures.map((failure) => reasonIn(failure.reason)),
  ])
  const names = [...new Set(told)].filter((name) => name !== undefined)
  if (names.length === 0) return undefined
  return Object.fromEntries(names.map((name) => [name, reasonTexts[name]]))
}

function failing(sources: readonly SourceReport[]): readonly object[] | undefined {
  const all = sources.filter(({ failure }) => failure !== undefined)
  if (all.length === 0) return undefined
  return all.map(({ name, failure, lastSuccess }) => ({
    source: name,
    failure,
    lastSuccess: lastSuccess === undefined ? undefined : new Date(lastSuccess).toISOString(),
  }))
}

function round(seconds: number): number {
  return Math.round(seconds * 1e3) / 1e3
}

/** Tells a moment of the monotonic clock by the wall clock, and the same moment always alike. */
function createWallTime(clock: Clock): (moment: number) => number {
  let last: { moment: number; wall: number } | undefined
  return (moment) => {
    if (last?.moment !== moment)
      last = { moment, wall: Math.round(clock.wall() - (clock.monotonic() - moment)) }
    return last.wall
  }
}
