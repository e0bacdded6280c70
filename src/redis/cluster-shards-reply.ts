import { inSlices } from '../yielding.ts'
import {
  announcedHost,
  announcedPort,
  type ClusterNode,
  type ClusterShard,
  type SlotRange,
  slotRange,
} from './cluster-shard.ts'
import type { Reply } from './command.ts'
import { byTwos, readPairs } from './names-and-values.ts'
import { redisError } from './redis-error.ts'

/**
 * Reads the reply of CLUSTER SHARDS, which is there from Redis 7 on, in slices. A node whose health is
 * `loading` is there and answers.
 * Source: https://redis.io/docs/latest/commands/cluster-shards/
 */
export async function readClusterShards(reply: Reply): Promise<readonly ClusterShard[]> {
  const shards: ClusterShard[] = []
  for (const shard of listOf(reply)) {
    const parts = readPairs(shard)
    const nodes: ClusterNode[] = []
    await inSlices(listOf(parts.get('nodes') ?? []), (one) => void nodes.push(readNode(one)))
    shards.push({ slots: readSlots(parts.get('slots') ?? []), nodes })
  }
  if (shards.every(({ nodes }) => nodes.length === 0))
    throw redisError('parse', 'the reply of CLUSTER SHARDS names no node')
  return shards
}

function readNode(reply: Reply): ClusterNode {
  const parts = readPairs(reply)
  const hostname = announcedHost(parts.get('hostname'))
  return {
    id: String(parts.get('id') ?? ''),
    ip: announcedHost(parts.get('ip')) || announcedHost(parts.get('endpoint')),
    hostname,
    port: announcedPort(parts.get('port')),
    tlsPort: announcedPort(parts.get('tls-port')),
    isMaster: parts.get('role') === 'master',
    isReachable: !/^fail/.test(String(parts.get('health'))),
  }
}

function readSlots(reply: Reply): readonly SlotRange[] {
  return [...byTwos<Reply>(listOf(reply))].flatMap(([from, to]) => {
    const range = slotRange(from, to)
    return range ? [range] : []
  })
}

function listOf(reply: Reply): readonly Reply[] {
  if (Array.isArray(reply)) return reply
  throw redisError('parse', 'the reply of CLUSTER SHARDS is not a list')
}
