import type { Clock } from '../../src/clock.ts'
import { type Choice, createJoinedTargets } from '../../src/poller/joined-targets.ts'
import type { SnapshotStore } from '../../src/poller/snapshot-store.ts'

/** What is served of all targets of a store, as text, put together anew. */
export async function joinedText(
  store: SnapshotStore,
  clock: Clock,
  choice?: Choice,
  ownText: (target: string) => string = () => '',
): Promise<string> {
  const joined = createJoinedTargets({ store, targetLabel: 'target', ownText, clock })
  const { prepared } = await joined.serve('plain', choice)
  return Buffer.concat(prepared.plain()).toString()
}
