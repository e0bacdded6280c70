import { type Clock, secondsSince } from '../clock.ts'
import type { EncodedBody } from '../metrics/encoded-body.ts'
import { bodiesOf, type FamilyLines, joinFamilies } from '../metrics/family-lines.ts'
import { isSameOrigin, type Origin } from '../redis/server-run.ts'
import {
  type CurrentFigures,
  type Curve,
  type CurveName,
  createFigureHistory,
  type FigureHistory,
} from './figure-history.ts'
import { type Failure, type Snapshot, staleReason } from './snapshot.ts'
import {
  createStateChanges,
  type StateChange,
  type StateChanges,
  type StateName,
} from './state-changes.ts'

/** What the store is told of a target. */
export interface HeldTarget {
  /** What it is called in labels, logs and pages. */
  readonly name: string
  readonly address: string
  /** Of every series of it, beside its name, where there are several targets. */
  readonly labels: Readonly<Record<string, string>>
  /** A snapshot that is older is served as down. */
  readonly maximumAgeMilliseconds: number
  /** Between two polls; a quarter of a minute unless given. */
  readonly intervalMilliseconds?: number
}

/** What one collector gave in a complete walk or slow poll. Never changed, only replaced as a whole. */
export interface SlowResult {
  /** By their names without the namespace, as the family encoder gives them. */
  readonly families: ReadonlyMap<string, FamilyLines>
  /** Of which server it tells: it is served beside a snapshot of the same one only. */
  readonly origin: Origin
  /** When the walk or poll began, by the monotonic clock in milliseconds. */
  readonly takenAt: number
  /** When it is older than that, counted from its begin, it is served no more. */
  readonly maximumAgeMilliseconds: number
  readonly series: number
}

/** The state of a target when somebody asks. */
export interface TargetState {
  readonly target: string
  readonly address: string
  /** Of every series of it, beside its name, where there are several targets. */
  readonly labels: Readonly<Record<string, string>>
  readonly state: StateName
  /** Since when it is in that state, in milliseconds since 1970. */
  readonly since: number
  readonly reason: string | undefined
  readonly ageSeconds: number | undefined
  /** What the server calls itself, such as `Valkey 9.1.2`. */
  readonly server: string | undefined
  /** What it is in its replication, such as `master`. */
  readonly role: string | undefined
  /** What of it cannot be read. */
  readonly failures: readonly Failure[]
}

/** What was known of a target over the last hour, for people. */
export interface TargetPast {
  /** Of its last poll; undefined where it is not up. */
  readonly figures: CurrentFigures | undefined
  /** The last changes of its state, the newest first. */
  readonly changes: readonly StateChange[]
  curve(name: CurveName): Curve
}

/** A target of whose state more is told than which one it is where somebody wants that. */
export interface Judged {
  /** At this moment of the monotonic clock. */
  stateName(now: number): StateName
  state(): TargetState
}

/** What is known of one target: its last snapshot, and what its slow schedule gave. */
export interface TargetSnapshots extends Judged {
  readonly target: HeldTarget
  publish(snapshot: Snapshot): void
  publishSlow(collector: string, result: SlowResult): void
  /** Returns whether there was anything of these collectors. */
  withdrawSlow(collectors: readonly string[]): boolean
  past(): TargetPast
  /** What the server told last that it is in its replication; empty where it told nothing. */
  role(): string
  /** When the snapshot becomes too old, by the monotonic clock; undefined while there is none. */
  end(): number | undefined
  /** What to serve at this moment, which is to come after those of all earlier calls. */
  serve(now: number): ServedBodies
  /** The same from now on for a target of other settings: it keeps what is known. */
  as(target: HeldTarget): TargetSnapshots
}

/** What to serve of a target. */
export interface ServedTarget extends ServedBodies {
  readonly target: HeldTarget
}

export interface ServedBodies {
  readonly bodies: readonly EncodedBody[]
  /** The last moment at which nothing in it is too old. */
  readonly validUntil: number
}

export function createTargetSnapshots(target: HeldTarget, clock: Clock): TargetSnapshots {
  const held = {
    snapshot: undefined,
    began: { state: 'waiting', at: clock.wall() },
    slow: new Map(),
    changes: createStateChanges(),
    history: historyOf(target),
  }
  return holdSnapshots(target, clock, held as Held)
}

interface Held {
  snapshot: Snapshot | undefined
  /** The state that the snapshot tells of, and when it began, in milliseconds since 1970. */
  began: { readonly state: StateName; readonly at: number }
  /** By collector. */
  readonly slow: Map<string, SlowResult>
  readonly changes: StateChanges
  history: FigureHistory
}

function historyOf({ intervalMilliseconds = 15_000 }: HeldTarget): FigureHistory {
  return createFigureHistory(intervalMilliseconds)
}

function holdSnapshots(target: HeldTarget, clock: Clock, held: Held): TargetSnapshots {
  const { name, maximumAgeMilliseconds } = target
  const { slow } = held

  const endOf = ({ takenAt }: Snapshot) => takenAt + maximumAgeMilliseconds

  /** That it is too old, and since when; undefined while it is not. */
  function staleNow(): StateChange | undefined {
    const staleFor = held.snapshot ? clock.monotonic() - endOf(held.snapshot) : 0
    if (staleFor <= 0) return undefined
    const reason = staleReason(maximumAgeMilliseconds)
    return { state: 'stale', at: clock.wall() - staleFor, reason }
  }

  function stateName(now: number): StateName {
    if (!held.snapshot) return 'waiting'
    if (now > endOf(held.snapshot)) return 'stale'
    return held.snapshot.error === undefined ? 'up' : 'down'
  }

  // What is too old never comes back, and may be tens of megabytes.
  function forgetOldResults(now: number): void {
    for (const [collector, result] of slow) if (now > endOfResult(result)) slow.delete(collector)
  }

  function forgetResultsOfOthers({ origin }: Snapshot): void {
    if (!origin) return
    for (const [collector, result] of slow)
      if (!isSameOrigin(result.origin, origin)) slow.delete(collector)
  }

  // One may be newer than the snapshot: of a server that the next poll will meet.
  function resultsBeside({ origin }: Snapshot): readonly SlowResult[] {
    return origin ? [...slow.values()].filter((one) => isSameOrigin(one.origin, origin)) : []
  }

  return {
    target,
    publish(snapshot) {
      const state = snapshot.error === undefined ? 'up' : 'down'
      const stale = staleNow()
      if (held.began.state !== state || stale) held.began = { state, at: clock.wall() }
      if (stale) held.changes.note(stale)
      held.changes.note({ state, at: clock.wall(), reason: snapshot.error })
      if (held.snapshot && held.snapshot !== snapshot) release(held.snapshot)
      held.snapshot = snapshot
      const { figures, origin } = snapshot
      if (figures && origin) held.history.note(figures, origin.run)
      forgetResultsOfOthers(snapshot)
    },
    publishSlow: (collector, result) => void slow.set(collector, result),
    withdrawSlow: (collectors) => collectors.filter((one) => slow.delete(one)).length > 0,
    stateName,
    state() {
      const { snapshot } = held
      const unknown = {
        target: name,
        address: target.address,
        labels: target.labels,
        since: held.began.at,
        reason: undefined,
        ageSeconds: undefined,
        server: undefined,
        role: undefined,
        failures: [],
      }
      if (!snapshot) return { ...unknown, state: 'waiting' }
      const ageSeconds = secondsSince(snapshot.takenAt, clock)
      const stale = staleNow()
      if (stale) {
        const { state, at, reason } = stale
        return { ...unknown, state, since: at, reason, ageSeconds }
      }
      if (snapshot.error !== undefined)
        return { ...unknown, state: 'down', reason: snapshot.error, ageSeconds }
      const { server, role, failures } = snapshot
      return { ...unknown, state: 'up', ageSeconds, server, role, failures }
    },
    past() {
      const stale = staleNow()
      const isUp = held.began.state === 'up' && !stale
      return {
        figures: isUp ? held.history.current() : undefined,
        changes: [...(stale ? [stale] : []), ...held.changes.all()],
        curve: (curve) => held.history.curve(curve, clock.monotonic()),
      }
    },
    role: () => held.snapshot?.role ?? '',
    end: () => held.snapshot && endOf(held.snapshot),
    serve(now) {
      const { snapshot } = held
      forgetOldResults(now)
      if (!snapshot) return { bodies: [], validUntil: Infinity }
      if (now > endOf(snapshot)) return { bodies: [snapshot.staleBody()], validUntil: Infinity }
      const shown = resultsBeside(snapshot)
      const shared = [snapshot.shared, ...shown.map((one) => one.families)]
      return {
        bodies: [...snapshot.bodies, ...joinFamilies(shared)],
        validUntil: Math.min(endOf(snapshot), ...shown.map(endOfResult)),
      }
    },
    as(other) {
      const history = historyOf(other)
      // Polls at other intervals do not fall into the same steps.
      if (history.stepMilliseconds !== held.history.stepMilliseconds) held.history = history
      return holdSnapshots(other, clock, held)
    },
  }
}

// Whatever is served of it was copied.
function release({ bodies, shared }: Snapshot): void {
  for (const body of [...bodies, ...bodiesOf(shared)]) body.release?.()
}

function endOfResult({ takenAt, maximumAgeMilliseconds }: SlowResult): number {
  return takenAt + maximumAgeMilliseconds
}
