import { encode } from '../metrics/encode.ts'
import { type EncodedBody, encodeBody } from '../metrics/encoded-body.ts'
import { roleLabel, stateSamples, targetSamples } from '../metrics/target-metrics.ts'
import { describe } from '../redis/redis-error.ts'
import type { Clock } from './clock.ts'
import type { PollResult } from './poll-target.ts'

/** The result of one poll, ready to be served. Never changed, only replaced as a whole. */
export interface Snapshot {
  readonly body: EncodedBody
  /** What is served instead once the snapshot is too old. */
  readonly staleBody: EncodedBody
  /** When the poll began, by the monotonic clock in milliseconds. */
  readonly takenAt: number
  /** The same in seconds since 1970, for people. */
  readonly unixSeconds: number
  /** Why the target is down; undefined when it is up. */
  readonly error: string | undefined
  readonly version: string
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
  let published = 0
  let served: ServedSnapshot = { version: '0-0', bodies: [] }
  // What `served` was made from: this is asked at every scrape.
  let counted = { published: 0, stale: 0 }

  const age = ({ takenAt }: Snapshot) => clock.monotonic() - takenAt
  const isStale = (snapshot: Snapshot) => age(snapshot) > maximumAgeMilliseconds

  function state(target: string): TargetState {
    const snapshot = snapshots.get(target)
    const unknown = { target, reason: undefined, ageSeconds: undefined, serverVersion: undefined }
    if (!snapshot) return { ...unknown, state: 'waiting' }
    const ageSeconds = age(snapshot) / 1e3
    if (isStale(snapshot))
      return { ...unknown, state: 'stale', reason: staleReason(maximumAgeMilliseconds), ageSeconds }
    if (snapshot.error !== undefined)
      return { ...unknown, state: 'down', reason: snapshot.error, ageSeconds }
    return { ...unknown, state: 'up', ageSeconds, serverVersion: snapshot.version }
  }

  return {
    publish(target, snapshot) {
      published += 1
      snapshots.set(target, snapshot)
    },
    states: () => targets.map(state),
    serve() {
      let stale = 0
      for (const snapshot of snapshots.values()) if (isStale(snapshot)) stale += 1
      if (published === counted.published && stale === counted.stale) return served
      counted = { published, stale }
      const bodies = [...snapshots.values()].map((one) => (isStale(one) ? one.staleBody : one.body))
      served = { version: `${published}-${stale}`, bodies }
      return served
    },
  }
}

/**
 * Renders a poll's result; after this, serving it is copying bytes. With `showRole`, every series
 * tells the role of the server; that of one whose state is not known any more is empty.
 */
export async function renderSnapshot(
  namespace: string,
  result: PollResult,
  takenAt: number,
  maximumAgeMilliseconds: number,
  showRole = false,
): Promise<Snapshot> {
  const { unixSeconds, version } = result
  const labels = (role: string) => (showRole ? roleLabel(role) : undefined)
  const failure = result.error && describe(result.error)
  const read = result.collectors.flatMap(({ samples }) => samples)
  const samples = [...read, ...targetSamples({ ...result, failure })]
  const { text, series } = encode(namespace, samples, labels(result.role))
  const stale = stateSamples(unixSeconds, staleReason(maximumAgeMilliseconds))
  const [body, staleBody] = await Promise.all([
    encodeBody(text),
    encodeBody(encode(namespace, stale, labels('')).text),
  ])
  return { body, staleBody, takenAt, unixSeconds, error: failure, version, series }
}

function staleReason(maximumAgeMilliseconds: number): string {
  return `stale: no poll has ended for ${maximumAgeMilliseconds / 1e3} s`
}
