import type { Clock } from '../clock.ts'
import type { EncodedBody } from '../metrics/encoded-body.ts'
import { type FamilyLines, joinFamilies } from '../metrics/family-lines.ts'
import { type Snapshot, staleReason } from './snapshot.ts'

/** The result of a complete scan by one collector. Never changed, only replaced as a whole. */
export interface ScanResult {
  /** By their names without the namespace, as the family encoder gives them. */
  readonly families: ReadonlyMap<string, FamilyLines>
  /** When the scan began, by the monotonic clock in milliseconds. */
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
  readonly serverVersion: string | undefined
}

export interface SnapshotStore {
  publish(target: string, snapshot: Snapshot): void
  /**
   * Puts the result of a scan in the place of the last one of this target and collector. It is
   * served beside the snapshot for as long as the target is up and neither of them is too old. A
   * series must not come from a scan and from the poll, or from two scans.
   */
  publishScan(target: string, collector: string, scan: ScanResult): void
  /** What is known of each target now; freshness is judged here, by the monotonic clock. */
  states(): readonly TargetState[]
  /** What to serve now; the same object for as long as nothing changes. */
  serve(): ServedSnapshot
}

export interface ServedSnapshot {
  readonly bodies: readonly EncodedBody[]
  /** A text that changes whenever the bodies do. */
  readonly version: string
}

export function createSnapshotStore(
  targets: readonly string[],
  maximumAgeMilliseconds: number,
  clock: Clock,
): SnapshotStore {
  const snapshots = new Map<string, Snapshot>()
  // By target and collector.
  const scans = new Map<string, Map<string, ScanResult>>()
  let version = 0
  let served: ServedSnapshot = { version: String(version), bodies: [] }
  // The last moment at which nothing in `served` is too old: this is asked at every scrape.
  let validUntil = Infinity

  const endOf = ({ takenAt }: Snapshot) => takenAt + maximumAgeMilliseconds

  function state(target: string): TargetState {
    const snapshot = snapshots.get(target)
    const unknown = { target, reason: undefined, ageSeconds: undefined, serverVersion: undefined }
    if (!snapshot) return { ...unknown, state: 'waiting' }
    const now = clock.monotonic()
    const ageSeconds = (now - snapshot.takenAt) / 1e3
    if (now > endOf(snapshot))
      return { ...unknown, state: 'stale', reason: staleReason(maximumAgeMilliseconds), ageSeconds }
    if (snapshot.error !== undefined)
      return { ...unknown, state: 'down', reason: snapshot.error, ageSeconds }
    return { ...unknown, state: 'up', ageSeconds, serverVersion: snapshot.version }
  }

  // What is too old never comes back, and may be tens of megabytes.
  function forgetOldScans(now: number): void {
    for (const ofTarget of scans.values())
      for (const [collector, scan] of ofTarget)
        if (now > endOfScan(scan)) ofTarget.delete(collector)
  }

  function scansOf(target: string, { error }: Snapshot): readonly ScanResult[] {
    return error === undefined ? [...(scans.get(target)?.values() ?? [])] : []
  }

  function putTogether(now: number): void {
    forgetOldScans(now)
    const isFresh = (snapshot: Snapshot) => now <= endOf(snapshot)
    const all = [...snapshots]
    const fresh = all.filter(([, snapshot]) => isFresh(snapshot))
    const shown = fresh.flatMap(([target, snapshot]) => scansOf(target, snapshot))
    const shared = [...fresh.map(([, one]) => one.shared), ...shown.map((scan) => scan.families)]
    const bodies = all.flatMap(([, one]) => (isFresh(one) ? one.bodies : [one.staleBody]))
    version += 1
    served = { version: String(version), bodies: [...bodies, ...joinFamilies(shared)] }
    validUntil = Math.min(...fresh.map(([, one]) => endOf(one)), ...shown.map(endOfScan))
  }

  return {
    publish(target, snapshot) {
      snapshots.set(target, snapshot)
      validUntil = -Infinity
    },
    publishScan(target, collector, scan) {
      const ofTarget = scans.get(target) ?? new Map<string, ScanResult>()
      scans.set(target, ofTarget.set(collector, scan))
      validUntil = -Infinity
    },
    states: () => targets.map(state),
    serve() {
      const now = clock.monotonic()
      if (now > validUntil) putTogether(now)
      return served
    },
  }
}

function endOfScan({ takenAt, maximumAgeMilliseconds }: ScanResult): number {
  return takenAt + maximumAgeMilliseconds
}
