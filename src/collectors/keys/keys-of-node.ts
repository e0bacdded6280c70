import type { Command } from '../../redis/command.ts'
import { noSuchDatabase } from '../../redis/redis-error.ts'
import type { Poll } from '../collector.ts'
import { readDatabaseKeys } from '../reading/database-lines.ts'
import { countDatabases } from '../reading/databases.ts'
import { ownedKeys } from './node-slots.ts'

/** The commands that are sent here, as ACL rules name them. */
export const nodeCommands: readonly string[] = [
  ...['readonly', 'cluster|info', 'cluster|nodes', 'config|get'],
]

/**
 * Those of some keys that a node of a cluster answers for, which are those in its own slots or in its
 * master's: whether there are keys in a slot says nothing of whose it is, so that a key that is
 * missing has an owner as well. It would answer for keys of others with an error, which it counts.
 * So it is asked for its slots with each poll: nothing tells a node that it was given another one.
 * Of a cluster that calls itself down one key is asked for ahead: mostly it answers for none. Costs a
 * round trip, of a node alone.
 */
export async function keysOfNode(
  poll: Poll,
  database: number,
  keys: readonly string[],
): Promise<readonly string[]> {
  const { server, read, readIn } = poll
  if (!server.clusterEnabled) return keys
  if (database > 0 && !(await holdsKeys(poll, database))) return []
  // Otherwise a replica answers for no key at all.
  const greeting: readonly Command[] = server.role === 'slave' ? [['READONLY']] : []
  const [state, nodes] = await Promise.all([
    read('CLUSTER', 'INFO').catch(() => undefined),
    read('CLUSTER', 'NODES').catch(() => undefined),
    greeting.length > 0 ? readIn(database, greeting) : [],
  ])
  const owns = typeof nodes === 'string' ? await ownedKeys(nodes) : undefined
  const own = owns ? keys.filter(owns) : keys
  const isDown = typeof state === 'string' && state.includes('cluster_state:fail')
  // The reply is that of the whole server, or comes again with those of the others.
  if (isDown)
    await readIn(
      database,
      own.slice(0, 1).map((key): Command => ['TYPE', key]),
    )
  return own
}

// Most clusters have one database only; to select another is an error, which the server counts.
async function holdsKeys(poll: Poll, database: number): Promise<boolean> {
  const { named } = await readDatabaseKeys(await poll.info())
  if (named.includes(database)) return true
  const { databases, isTold } = await countDatabases(poll, true)
  if (isTold && database >= databases) throw noSuchDatabase()
  return false
}
