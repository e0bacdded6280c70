import type { Snapshot } from '../../src/poller/snapshot.ts'

/** What is served of a snapshot, without the families that the slow schedule may add to. */
export function snapshotBytes({ bodies }: Pick<Snapshot, 'bodies'>): Buffer {
  return Buffer.concat(bodies.map((body) => body.plain()))
}
