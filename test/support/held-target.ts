import type { OpenTarget, SnapshotStore } from '../../src/poller/snapshot-store.ts'

/** Opens a target in the store whose snapshots may be 45 s old. */
export function heldTarget(
  store: SnapshotStore,
  name = 'redis://localhost:6379',
  maximumAgeMilliseconds = 45_000,
): OpenTarget {
  return store.open({ name, address: name, labels: {}, maximumAgeMilliseconds })
}
