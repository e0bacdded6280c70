import { hashSlot } from '../../keyspace/hash-slot.ts'
import { readNodeLines } from '../../redis/cluster-nodes-reply.ts'
import { slotCount } from '../../redis/cluster-shard.ts'

/** Whether a node of a cluster answers for a key. */
export type OwnsKey = (key: string) => boolean

/**
 * Which keys a node answers for, from its reply to CLUSTER NODES: those in its own slots, of a
 * replica those of its master. Undefined where that cannot be read, or all slots are its own.
 */
export async function ownedKeys(reply: string): Promise<OwnsKey | undefined> {
  const nodes = await readNodeLines(reply)
  const node = nodes.find(({ flags }) => flags.includes('myself'))
  const owner = node?.master ? nodes.find(({ id }) => id === node.master) : node
  if (!owner) return undefined
  const owned = new Uint8Array(slotCount)
  for (const [from, to] of owner.slots) owned.fill(1, from, to + 1)
  return owned.includes(0) ? (key) => owned[hashSlot(key)] === 1 : undefined
}
