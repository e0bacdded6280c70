import { hashSlot } from '../keyspace/hash-slot.ts'

/** Whether a node of a cluster answers for a key. */
export type OwnsKey = (key: string) => boolean

const slotCount = 16_384

/**
 * Which keys a node answers for, from its reply to CLUSTER NODES: those in its own slots, of a
 * replica those of its master. Undefined where that cannot be read, or all slots are its own.
 * Source: https://redis.io/docs/latest/commands/cluster-nodes/
 */
export function ownedKeys(reply: string): OwnsKey | undefined {
  const nodes = reply.split('\n').map((line) => line.trim().split(' '))
  const node = nodes.find(([, , flags = '']) => flags.split(',').includes('myself'))
  if (!node) return undefined
  const [, , , master = '-'] = node
  const owner = master === '-' ? node : nodes.find(([id]) => id === master)
  if (!owner) return undefined
  const owned = new Uint8Array(slotCount)
  // Behind the eighth word stand slots and ranges; those in brackets are on their way.
  for (const range of owner.slice(8)) mark(owned, range)
  return owned.includes(0) ? (key) => owned[hashSlot(key)] === 1 : undefined
}

function mark(owned: Uint8Array, range: string): void {
  const [, from, to = from] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(range) ?? []
  if (from !== undefined) owned.fill(1, Number(from), Number(to) + 1)
}
