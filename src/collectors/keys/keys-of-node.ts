import { hashSlot } from '../../keyspace/hash-slot.ts'
import type { Command } from '../../redis/command.ts'
import type { Poll } from '../collector.ts'
import { databasesWithKeys } from '../reading/databases.ts'

/** The commands that are sent here, as ACL rules name them. */
export const nodeCommands: readonly string[] = ['readonly', 'cluster|countkeysinslot']

/**
 * Those of some keys that are worth asking for. A node of a cluster answers for keys of others with
 * an error, which it counts; so it is asked first whether it has any keys in their slots, which is
 * none. What moves to the node is seen by the next poll. Costs a round trip, of a node alone.
 */
export async function keysOfNode(
  { server, readIn, info }: Poll,
  database: number,
  keys: readonly string[],
): Promise<readonly string[]> {
  if (!server.clusterEnabled) return keys
  // Most clusters have one database only, and refuse others.
  if (database > 0 && !databasesWithKeys(await info()).includes(database)) return []
  // Otherwise a replica answers for no key at all.
  const greeting: readonly Command[] = server.role === 'slave' ? [['READONLY']] : []
  const counts = keys.map((key): Command => ['CLUSTER', 'COUNTKEYSINSLOT', `${hashSlot(key)}`])
  const replies = await readIn(database, [...greeting, ...counts])
  return keys.filter((_, index) => replies[greeting.length + index] !== 0)
}
