import { isIP } from 'node:net'
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
import { readPairs } from './names-and-values.ts'
import { redisError } from './redis-error.ts'

/**
 * Reads the reply of CLUSTER SLOTS, in slices: for each range its master, then the replicas that are well.
 * Who has no slots is not named. The port is that for connections such as the one by which it was
 * asked.
 * Source: https://redis.io/docs/latest/commands/cluster-slots/
 */
export async function readClusterSlots(
  reply: Reply,
  tls: boolean,
): Promise<readonly ClusterShard[]> {
  if (!Array.isArray(reply)) throw redisError('parse', 'the reply of CLUSTER SLOTS is not a list')
  const shards = new Map<string, { slots: SlotRange[]; nodes: readonly ClusterNode[] }>()
  await inSlices(reply, (entry: Reply) => {
    const [from, to, ...listed]: readonly Reply[] = Array.isArray(entry) ? entry : []
    const range = slotRange(from, to)
    const nodes = listed.map((node, index) => readNode(node, index === 0, tls))
    const [master] = nodes
    if (!range || !master) throw redisError('parse', 'an entry of CLUSTER SLOTS names no node')
    const shard = shards.get(master.id)
    if (shard) shard.slots.push(range)
    else shards.set(master.id, { slots: [range], nodes })
  })
  return [...shards.values()]
}

// The first word is the address that is preferred: of one kind, with the others behind it.
function readNode(reply: Reply, isMaster: boolean, tls: boolean): ClusterNode {
  const [first = null, portGiven = null, idGiven = null, more = []]: readonly Reply[] =
    Array.isArray(reply) ? reply : []
  const preferred = announcedHost(first)
  const others = readPairs(Array.isArray(more) ? more : [])
  const port = announcedPort(portGiven)
  const isName = preferred !== '' && isIP(preferred) === 0
  const ip = announcedHost(others.get('ip'))
  return {
    // Before Redis 4 there was none.
    id: typeof idGiven === 'string' ? idGiven : `${preferred}:${port}`,
    ip: ip || preferred,
    hostname: announcedHost(others.get('hostname')) || (isName && ip ? preferred : ''),
    port: tls ? undefined : port,
    tlsPort: tls ? port : undefined,
    isMaster,
    isReachable: true,
  }
}
