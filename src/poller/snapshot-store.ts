import { type Clock, secondsSince } from '../clock.ts'
import type { EncodedBody } from '../metrics/encoded-body.ts'
import { type FamilyLines, joinFamilies } from '../metrics/family-lines.ts'
import { isSameOrigin, type Origin } from '../redis/server-run.ts'
import { type Readiness, watchReadiness } from './readiness.ts'
import { type Failure, type Snapshot, staleReason } from './snapshot.ts'

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
  readonly state: 'waiting' | 'up' | 'down' | 'stale'
  readonly reason: string | undefined
  readonly ageSeconds: number | undefined
  /** What the server calls itself, such as `Valkey 9.1.2`. */
  readonly server: string | undefined
  /** What of it cannot be read. */
  readonly failures: readonly Failure[]
}

export interface SnapshotStore {
  publish(target: string, snapshot: Snapshot): void
  /**
   * Puts what the slow schedule gave in the place of the last of this target and collector. It is
   * served beside the snapshot for as long as the target is up, both tell of the same run of a
   * server, and neither of them is too old; a snapshot of another run puts an end to it. A series
   * must not come from here and from the poll, or from two collectors.
   */
  publishSlow(target: string, collector: string, result: SlowResult): void
  /** What is known of each target now; freshness is judged here, by the monotonic clock. */
  states(): readonly TargetState[]
  /** Whether all targets have a fresh result, and since when. */
  readiness(): Readiness
  /** What to serve now; the same object for as long as nothing changes. */
  serve(): ServedSnapshot
}

export interface ServedSnapshot {
  readonly bodies: readonly EncodedBody[]
  /** A text that changes whenever the bodies do. */
  readonly revision: string
}

export function createSnapshotStore(
  targets: readonly string[],
  maximumAgeMilliseconds: number,
  clock: Clock,
): SnapshotStore {
  const snapshots = new Map<string, Snapshot>()
  // By target and collector.
  const slow = new Map<string, Map<string, SlowResult>>()
  let revision = 0
  let served: ServedSnapshot = { revision: String(revision), bodies: [] }
  // The last moment at which nothing in `served` is too old: this is asked at every scrape.
  let validUntil = Infinity

  const endOf = ({ takenAt }: Snapshot) => takenAt + maximumAgeMilliseconds

  const readiness = watchReadiness(
    () => targets.map((target) => snapshots.get(target)).map((one) => one && endOf(one)),
    clock,
  )

  function state(target: string): TargetState {
    const snapshot = snapshots.get(target)
    const unknown = {
      target,
      reason: undefined,
      ageSeconds: undefined,
      server: undefined,
      failures: [],
    }
    if (!snapshot) return { ...unknown, state: 'waiting' }
    const now = clock.monotonic()
    const ageSeconds = secondsSince(snapshot.takenAt, clock)
    if (now > endOf(snapshot))
      return { ...unknown, state: 'stale', reason: staleReason(maximumAgeMilliseconds), ageSeconds }
    if (snapshot.error !== undefined)
      return { ...unknown, state: 'down', reason: snapshot.error, ageSeconds }
    const { server, failures } = snapshot
    return { ...unknown, state: 'up', ageSeconds, server, failures }
  }

  // What is too old never comes back, and may be tens of megabytes.
  function forgetOldResults(now: number): void {
    for (const ofTarget of slow.values())
      for (const [collector, result] of ofTarget)
        if (now > endOfResult(result)) ofTarget.delete(collector)
  }

  function forgetResultsOfOthers(target: string, { origin }: Snapshot): void {
    const ofTarget = slow.get(target)
    if (!origin || !ofTarget) return
    for (const [collector, result] of ofTarget)
      if (!isSameOrigin(result.origin, origin)) ofTarget.delete(collector)
  }

  // One may be newer than the snapshot: of a server that the next poll will meet.
  function resultsOf(target: string, { origin }: Snapshot): readonly SlowResult[] {
    const all = [...(slow.get(target)?.values() ?? [])]
    return origin ? all.filter((one) => isSameOrigin(one.origin, origin)) : []
  }

  function putTogether(now: number): void {
    forgetOldResults(now)
    const isFresh = (snapshot: Snapshot) => now <= endOf(snapshot)
    const all = [...snapshots]
    const fresh = all.filter(([, snapshot]) => isFresh(snapshot))
    const shown = fresh.flatMap(([target, snapshot]) => resultsOf(target, snapshot))
    const shared = [...fresh.map(([, one]) => one.shared), ...shown.map((one) => one.families)]
    const bodies = all.flatMap(([, one]) => (isFresh(one) ? one.bodies : [one.staleBody]))
    revision += 1
    served = { revision: String(revision), bodies: [...bodies, ...joinFamilies(shared)] }
    validUntil = Math.min(...fresh.map(([, one]) => endOf(one)), ...shown.map(endOfResult))
  }

  return {
    publish(target, snapshot) {
      readiness.note()
      snapshots.set(target, snapshot)
      forgetResultsOfOthers(target, snapshot)
      readiness.note()
      validUntil = -Infinity
    },
    publishSlow(target, collector, result) {
      const ofTarget = slow.get(target) ?? new Map<string, SlowResult>()
      slow.set(target, ofTarget.set(collector, result))
      validUntil = -Infinity
    },
    states: () => targets.map(state),
    readiness: readiness.now,
    serve() {
      const now = clock.monotonic()
      if (now > validUntil) putTogether(now)
      return served
    },
  }
}

function endOfResult({ takenAt, maximumAgeMilliseconds }: SlowResult): number {
  return takenAt + maximumAgeMilliseconds
}
