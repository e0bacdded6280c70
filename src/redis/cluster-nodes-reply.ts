import { inSlices } from '../yielding.ts'
import {
  announcedHost,
  announcedPort,
  type ClusterNode,
  type ClusterShard,
  type SlotRange,
  slotCount,
  slotRange,
} from './cluster-shard.ts'
import type { Reply } from './command.ts'
import { redisError } from './redis-error.ts'
import { linesOf } from './text-lines.ts'

/** A line of CLUSTER NODES. */
export interface NodeLine {
  readonly id: string
  readonly ip: string
  readonly hostname: string
  readonly port: number | undefined
  readonly flags: readonly string[]
  /** The id of its master; empty for a master. */
  readonly master: string
  /** Those that are on their way are where they come from. */
  readonly slots: readonly SlotRange[]
}

// Behind the eighth word stand slots and ranges, of which there are no more than slots.
const wordsBeforeSlots = 8
const mostWords = wordsBeforeSlots + slotCount

/**
 * Reads the reply of CLUSTER NODES, the same of all versions, in slices:
 * `id ip:port@busport,hostname,… flags master ping pong epoch link slots…`.
 * Source: https://redis.io/docs/latest/commands/cluster-nodes/
 */
export async function readNodeLines(reply: string): Promise<readonly NodeLine[]> {
  const nodes: NodeLine[] = []
  await inSlices(linesOf(reply), (line) => {
    const words = line.trim().split(' ', mostWords)
    const [id = '', place = '', flags = '', master = ''] = words
    if (words.length < wordsBeforeSlots) return
    nodes.push({
      id,
      ...readPlace(place),
      flags: flags.split(','),
      master: master === '-' ? '' : master,
      slots: words.slice(wordsBeforeSlots).flatMap(readRange),
    })
  })
  return nodes
}

/**
 * Reads a whole cluster from CLUSTER NODES. A node that only shakes hands is none of it yet. The
 * port is that for connections such as the one by which it was asked.
 */
export async function readClusterNodes(
  reply: Reply,
  tls: boolean,
): Promise<readonly ClusterShard[]> {
  const lines = typeof reply === 'string' ? await readNodeLines(reply) : []
  const members = lines.filter(({ flags }) => !flags.includes('handshake'))
  if (members.length === 0) throw redisError('parse', 'the reply of CLUSTER NODES names no node')
  const shards = new Map<string, { slots: SlotRange[]; nodes: ClusterNode[] }>()
  await inSlices(members, (line) => {
    const id = line.master === '' ? line.id : line.master
    const shard = shards.get(id) ?? { slots: [], nodes: [] }
    shards.set(id, shard)
    shard.slots.push(...line.slots)
    shard.nodes.push(nodeOf(line, tls))
  })
  return [...shards.values()]
}

function nodeOf({ id, ip, hostname, port, flags }: NodeLine, tls: boolean): ClusterNode {
  return {
    id,
    ip,
    hostname,
    port: tls ? undefined : port,
    tlsPort: tls ? port : undefined,
    isMaster: flags.includes('master'),
    isReachable: !flags.some((flag) => ['fail', 'fail?', 'noaddr'].includes(flag)),
  }
}

// An IPv6 address stands without brackets, so the port is what follows the last colon. Behind the
// name may stand more, each part with its own name.
function readPlace(text: string): Pick<NodeLine, 'ip' | 'hostname' | 'port'> {
  const [place = '', second = ''] = text.split(',')
  const [socket = ''] = place.split('@')
  const colon = socket.lastIndexOf(':')
  return {
    ip: announcedHost(socket.slice(0, Math.max(colon, 0)).replace(/^\[(.*)\]$/, '$1')),
    hostname: second.includes('=') ? '' : announcedHost(second),
    port: announcedPort(socket.slice(colon + 1)),
  }
}

// In brackets stand slots that are on their way.
function readRange(word: string): readonly SlotRange[] {
  const [, from, to = from] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(word) ?? []
  const range = from === undefined ? undefined : slotRange(Number(from), Number(to))
  return range ? [range] : []
}
