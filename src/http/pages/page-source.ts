import type { Clock } from '../../clock.ts'
import type { Topologies } from '../../discovery/topologies.ts'
import type { SnapshotStore } from '../../poller/snapshot-store.ts'
import type { WalkState } from '../../poller/walk-task.ts'
import type { Shard } from '../../targets/shard.ts'

/** Where the pages take from what they show; nothing of it asks a server. */
export interface PageSource {
  readonly version: string
  readonly config: {
    readonly namespace: string
    /** In milliseconds. */
    readonly pollInterval: number
    /** Where several exporters share the targets. */
    readonly shard?: Shard | undefined
  }
  readonly store: Pick<SnapshotStore, 'state' | 'eachState' | 'past' | 'serve'>
  /** Of those that have any. */
  readonly walks: () => readonly WalkState[]
  readonly topologies?: Pick<Topologies<never>, 'clusters' | 'deployments' | 'states'>
  readonly clock: Pick<Clock, 'monotonic' | 'wall'>
}

/** The paths that a page links to. */
export interface PageLinks {
  readonly metricsPath: string
  /** Undefined where there is none. */
  readonly targetsPath: string | undefined
}
