import type { Clock } from '../clock.ts'
import type { EncodedBody } from '../metrics/encoded-body.ts'
import { type AddressIndex, createAddressIndex } from '../targets/address-index.ts'
import { type Readiness, watchReadiness } from './readiness.ts'
import type { Snapshot } from './snapshot.ts'
import {
  createTargetSnapshots,
  type HeldTarget,
  type Judged,
  type ServedBodies,
  type ServedTarget,
  type SlowResult,
  type TargetPast,
  type TargetSnapshots,
  type TargetState,
} from './target-snapshots.ts'

export interface SnapshotStore {
  /**
   * Begins to hold what is known of a target. One that is held under the same name and address
   * already keeps what is known of it, and whoever opened it before has no more to do with it.
   */
  open(target: HeldTarget): OpenTarget
  /** Finds those that are held. */
  readonly index: AddressIndex<HeldTarget>
  /** All that are held, in the order of names; the same list for as long as none comes or goes. */
  targets(): readonly HeldTarget[]
  /** What is known of each target now, in the order of names; freshness is judged here. */
  states(): readonly TargetState[]
  /** The same, each judged as it is asked for: a thousand of them take their time. */
  eachState(): Iterable<TargetState>
  /** Those whose states can be told, in the same order. */
  judged(): readonly Judged[]
  /** The same of one; undefined of one that is not held. */
  state(target: string): TargetState | undefined
  /** What was known of a target lately; undefined of one that is not held. */
  past(target: string): TargetPast | undefined
  /** Whether all targets have a fresh result, and since when. */
  readiness(): Readiness
  /**
   * What to serve now of one target alone, as if there were no other; undefined for one that is not
   * held. The same object for as long as nothing changes.
   */
  serve(target: string): ServedSnapshot | undefined
  /** The same where there is one target alone: of that one. */
  serve(): ServedSnapshot
  /**
   * What to serve now of each of these targets, or of all, in the order of names. Made one by one as it
   * is asked for, since a thousand of them take their time; one that is closed meanwhile is left out.
   */
  each(names?: ReadonlySet<string>): Iterable<ServedTarget>
  /** Grows with whatever is learnt of a target, and with each that comes or goes. */
  changes(): number
}

/** Takes what is learnt of a target. */
export interface OpenTarget {
  /** What the server told last that it is in its replication; empty where it told nothing. */
  role(): string
  publish(snapshot: Snapshot): void
  /**
   * Puts what the slow schedule gave in the place of the last of this collector. It is served beside
   * the snapshot for as long as the target is up, both tell of the same run of a server, and neither
   * of them is too old; a snapshot of another run puts an end to it. A series must not come from here
   * and from the poll, or from two collectors.
   */
  publishSlow(collector: string, result: SlowResult): void
  /** Has what the slow schedule gave of these collectors served no more. */
  withdrawSlow(collectors: readonly string[]): void
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
  /** When it has no fresh result any more; undefined for one that is waited for. */
  readonly end: () => number | undefined
  served: Served
}

interface Served extends ServedSnapshot, Pick<ServedBodies, 'validUntil'> {}

const nothing: Served = { revision: '0', bodies: [], validUntil: Infinity }

/** Holds the snapshots of all targets, each for itself. */
export function createSnapshotStore(clock: Clock): SnapshotStore {
  const entries = new Map<string, Entry>()
  const index = createAddressIndex<HeldTarget>()
  let sorted: readonly Entry[] | undefined
  let targets: readonly HeldTarget[] | undefined
  let revision = 0
  let changes = 0

  const readiness = watchReadiness(entries, clock)
  // Those of the start are waited for; whatever comes later is no reason to take us for not ready.
  let hasBeenReady = false
  const noteReady = () => {
    hasBeenReady ||= entries.size > 0 && readiness.now().status === 'ready'
  }

  function inOrder(): readonly Entry[] {
    sorted ??= [...entries].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, one]) => one)
    return sorted
  }

  function serveOne(entry: Entry): Served {
    const now = clock.monotonic()
    if (now > entry.served.validUntil) {
      revision += 1
      entry.served = { ...entry.snapshots.serve(now), revision: String(revision) }
    }
    return entry.served
  }

  function* each(names?: ReadonlySet<string>): Generator<ServedTarget> {
    for (const { snapshots } of inOrder()) {
      const { name } = snapshots.target
      // It may have gone meanwhile, or have been opened anew.
      const held = entries.get(name)
      if (!held || names?.has(name) === false) continue
      yield { target: held.snapshots.target, ...serveOne(held) }
    }
  }

  function* eachState(): Generator<TargetState> {
    for (const { snapshots } of inOrder()) yield snapshots.state()
  }

  function change(entry: Entry, make: () => void): void {
    make()
    noteChange(entry)
  }

  function noteChange(entry: Entry): void {
    entry.served = { ...entry.served, validUntil: -Infinity }
    changes += 1
  }

  function open(target: HeldTarget): OpenTarget {
    const { name, maximumAgeMilliseconds } = target
    const known = entries.get(name)
    noteReady()
    const patientUntil = hasBeenReady ? clock.monotonic() + maximumAgeMilliseconds : undefined
    const isSame = known?.snapshots.target.address === target.address
    const snapshots =
      (isSame && known?.snapshots.as(target)) || createTargetSnapshots(target, clock)
    const patience = known?.patientUntil ?? patientUntil
    const entry: Entry = {
      snapshots,
      patientUntil: patience,
      end: () => snapshots.end() ?? patience,
      served: nothing,
    }
    const isHeld = () => entries.get(name) === entry
    change(entry, () => entries.set(name, entry))
    sorted = targets = undefined
    if (known) {
      index.remove(known.snapshots.target)
      readiness.noteGone(known)
    }
    index.add(snapshots.target)
    readiness.noteCome(entry)

    return {
      role: snapshots.role,
      publish(snapshot) {
        if (!isHeld()) return
        readiness.note()
        change(entry, () => snapshots.publish(snapshot))
        readiness.note()
        noteReady()
      },
      publishSlow(collector, result) {
        if (isHeld()) change(entry, () => snapshots.publishSlow(collector, result))
      },
      withdrawSlow(collectors) {
        if (isHeld() && snapshots.withdrawSlow(collectors)) noteChange(entry)
      },
      close() {
        if (!isHeld()) return
        readiness.note()
        change(entry, () => entries.delete(name))
        index.remove(snapshots.target)
        sorted = targets = undefined
        readiness.noteGone(entry)
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
    const [alone] = inOrder()
    return alone ? serveOne(alone) : nothing
  }

  return {
    open,
    index,
    targets() {
      targets ??= inOrder().map(({ snapshots }) => snapshots.target)
      return targets
    },
    states: () => [...eachState()],
    eachState,
    judged: () => inOrder().map(({ snapshots }) => snapshots),
    state: (target) => entries.get(target)?.snapshots.state(),
    past: (target) => entries.get(target)?.snapshots.past(),
    readiness: readiness.now,
    serve,
    each,
    changes: () => changes,
  }
}
