import type { Clock } from '../clock.ts'
import { type EncodedBody, encodeBodyAtOnce } from '../metrics/encoded-body.ts'
import { joinTargets, targetPairs } from '../metrics/join-targets.ts'
import { type Readiness, watchReadiness } from './readiness.ts'
import type { Snapshot } from './snapshot.ts'
import {
  createTargetSnapshots,
  type HeldTarget,
  type ServedTarget,
  type SlowResult,
  type TargetSnapshots,
  type TargetState,
} from './target-snapshots.ts'

export interface SnapshotStore {
  /**
   * Begins to hold what is known of a target. One that is held under the same name and address
   * already keeps what is known of it, and whoever opened it before has no more to do with it.
   */
  open(target: HeldTarget): OpenTarget
  /** What is known of each target now, in the order of names; freshness is judged here. */
  states(): readonly TargetState[]
  /** Whether all targets have a fresh result, and since when. */
  readiness(): Readiness
  /**
   * What to serve now of one target alone, as if there were no other; undefined for one that is not
   * held. The same object for as long as nothing changes.
   */
  serve(target: string): ServedSnapshot | undefined
  /** The same of all targets. */
  serve(): ServedSnapshot
}

/** Takes what is learnt of a target. */
export interface OpenTarget {
  publish(snapshot: Snapshot): void
  /**
   * Puts what the slow schedule gave in the place of the last of this collector. It is served beside
   * the snapshot for as long as the target is up, both tell of the same run of a server, and neither
   * of them is too old; a snapshot of another run puts an end to it. A series must not come from here
   * and from the poll, or from two collectors.
   */
  publishSlow(collector: string, result: SlowResult): void
  /** Forgets the target whole; what is published after that is forgotten at once. */
  close(): void
}

export interface ServedSnapshot {
  readonly bodies: readonly EncodedBody[]
  /** A text that changes whenever the bodies do. */
  readonly revision: string
}

/** A target that is held, with what was put together of it last. */
interface Entry {
  snapshots: TargetSnapshots
  /** Until when it may do without a result; undefined for one that is waited for. */
  readonly patientUntil: number | undefined
  served: Served
}

interface Served extends ServedSnapshot, Pick<ServedTarget, 'validUntil'> {}

const nothing: Served = { revision: '0', bodies: [], validUntil: Infinity }

/**
 * Holds the snapshots of all targets. `targetLabel` is the label that names the target in all its
 * series, where there are several or may be; without it they are served as they are.
 */
export function createSnapshotStore(clock: Clock, targetLabel?: string): SnapshotStore {
  const entries = new Map<string, Entry>()
  let sorted: readonly Entry[] | undefined
  let revision = 0
  let ofAll = nothing

  function* ends(): Generator<number | undefined> {
    for (const { snapshots, patientUntil } of entries.values())
      yield snapshots.end() ?? patientUntil
  }
  const readiness = watchReadiness(ends, clock)

  function inOrder(): readonly Entry[] {
    sorted ??= [...entries].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, one]) => one)
    return sorted
  }

  function served({ bodies, validUntil }: ServedTarget): Served {
    revision += 1
    return { bodies, validUntil, revision: String(revision) }
  }

  function serveOne(entry: Entry): Served {
    const now = clock.monotonic()
    if (now > entry.served.validUntil) entry.served = served(entry.snapshots.serve(now))
    return entry.served
  }

  function putTogether(): Served {
    const all = inOrder().map((entry) => ({ ...serveOne(entry), ...entry.snapshots.target }))
    const validUntil = Math.min(...all.map((one) => one.validUntil))
    const [alone = nothing] = all
    if (targetLabel === undefined) return all.length > 0 ? alone : served(nothing)
    const texts = all.map(({ name, labels, bodies }) => ({
      pairs: targetPairs(targetLabel, name, labels),
      text: Buffer.concat(bodies.map(({ plain }) => plain)).toString(),
    }))
    return served({ bodies: [encodeBodyAtOnce(joinTargets(texts))], validUntil })
  }

  function change(entry: Entry, make: () => void): void {
    make()
    entry.served = { ...entry.served, validUntil: -Infinity }
    ofAll = { ...ofAll, validUntil: -Infinity }
  }

  function open(target: HeldTarget): OpenTarget {
    const { name, maximumAgeMilliseconds } = target
    const known = entries.get(name)
    const { status } = readiness.now()
    // One that comes later is no reason to take us for not ready, as long as it may be polled in time.
    const patientUntil =
      status === 'ready' && entries.size > 0
        ? clock.monotonic() + maximumAgeMilliseconds
        : undefined
    const isSame = known?.snapshots.target.address === target.address
    const snapshots =
      (isSame && known?.snapshots.as(target)) || createTargetSnapshots(target, clock)
    const entry: Entry = {
      snapshots,
      patientUntil: known?.patientUntil ?? patientUntil,
      served: nothing,
    }
    const isHeld = () => entries.get(name) === entry
    change(entry, () => entries.set(name, entry))
    sorted = undefined
    readiness.noteTargets()

    return {
      publish(snapshot) {
        if (!isHeld()) return
        readiness.note()
        change(entry, () => snapshots.publish(snapshot))
        readiness.note()
      },
      publishSlow(collector, result) {
        if (isHeld()) change(entry, () => snapshots.publishSlow(collector, result))
      },
      close() {
        if (!isHeld()) return
        readiness.noteTargets()
        change(entry, () => entries.delete(name))
        sorted = undefined
        readiness.noteTargets()
      },
    }
  }

  function serve(target: string): ServedSnapshot | undefined
  function serve(): ServedSnapshot
  function serve(target?: string): ServedSnapshot | undefined {
    if (target !== undefined) {
      const entry = entries.get(target)
      return entry && serveOne(entry)
    }
    if (clock.monotonic() > ofAll.validUntil) ofAll = putTogether()
    return ofAll
  }

  return {
    open,
    states: () => inOrder().map(({ snapshots }) => snapshots.state()),
    readiness: readiness.now,
    serve,
  }
}
