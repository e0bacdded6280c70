import { readClusterNodes } from '../redis/cluster-nodes-reply.ts'
import type { ClusterShard } from '../redis/cluster-shard.ts'
import { readClusterShards } from '../redis/cluster-shards-reply.ts'
import { readClusterSlots } from '../redis/cluster-slots-reply.ts'
import type { Command, Reply } from '../redis/command.ts'
import type { Connection } from '../redis/connection.ts'
import { parseInfo } from '../redis/info.ts'
import {
  isConnectionFailure,
  isRedisError,
  isRefusal,
  type RedisError,
  redisError,
} from '../redis/redis-error.ts'
import { type ServerInfo, serverInfo } from '../redis/server-info.ts'
import type { ClusterView } from './cluster-view.ts'

/** A way to ask for the cluster, by what it is called in ACL rules. */
interface Form {
  readonly name: string
  readonly command: Command
  readonly read: (reply: Reply, tls: boolean) => Promise<readonly ClusterShard[]>
  readonly isWhole: boolean
}

const shards: Form = {
  name: 'cluster|shards',
  command: ['CLUSTER', 'SHARDS'],
  read: readClusterShards,
  isWhole: true,
}

// Of servers before Redis 7. SLOTS names neither a master without slots nor a replica that is down,
// so NODES goes along and counts where it is answered.
const older: readonly Form[] = [
  { name: 'cluster|nodes', command: ['CLUSTER', 'NODES'], read: readClusterNodes, isWhole: true },
  { name: 'cluster|slots', command: ['CLUSTER', 'SLOTS'], read: readClusterSlots, isWhole: false },
]

/** The commands that are sent here. */
export const clusterCommands: readonly string[] = [shards, ...older].map(({ name }) => name)

/**
 * Makes the function that reads the cluster from one of its nodes. What the node does not have, or
 * refuses, is asked for again over the next connection only, as a right may have been granted.
 */
export function createReadClusterView(tls: boolean) {
  let server: ServerInfo | undefined
  let refused = new Map<Form, RedisError>()

  async function ask(connection: Connection, form: Form): Promise<ClusterView> {
    const before = refused.get(form)
    if (before) throw before
    try {
      const [reply] = await Promise.all(connection.send([form.command]))
      return { shards: await form.read(reply ?? null, tls), isWhole: form.isWhole }
    } catch (failure) {
      if (isRedisError(failure) && isRefusal(failure)) refused.set(form, failure)
      throw failure
    }
  }

  async function askOlder(connection: Connection): Promise<ClusterView> {
    const [whole, ofSlots] = older.map((form) => ask(connection, form))
    ofSlots?.catch(() => undefined)
    return (await unlessRefused(whole)) ?? (await ofSlots) ?? nothingTold()
  }

  return async (connection: Connection, isNew: boolean): Promise<ClusterView> => {
    if (isNew) {
      refused = new Map()
      server = await meetServer(connection)
    }
    try {
      const hasShards = server?.knows(shards.name)
      const view = hasShards ? await unlessRefused(ask(connection, shards)) : undefined
      return view ?? (await askOlder(connection))
    } catch (failure) {
      // Look-alikes of Redis may answer and call themselves standalone all the same.
      const isAlone = server?.mode === 'standalone' || server?.mode === 'sentinel'
      if (!isAlone || !isRedisError(failure) || isConnectionFailure(failure)) throw failure
      throw redisError('other', 'the server is no node of a cluster')
    }
  }
}

async function unlessRefused<T>(asked: Promise<T> | undefined): Promise<T | undefined> {
  try {
    return await asked
  } catch (failure) {
    if (isRedisError(failure) && isRefusal(failure)) return undefined
    throw failure
  }
}

/** What the server is, which tells what it has: so that nothing causes an error reply in vain. */
async function meetServer(connection: Connection): Promise<ServerInfo> {
  const [asked] = connection.send([['INFO', 'server']])
  const reply = (await unlessRefused(asked)) ?? ''
  return serverInfo(parseInfo(typeof reply === 'string' ? reply : ''), undefined)
}

function nothingTold(): never {
  throw redisError('parse', 'the node tells nothing of its cluster')
}
