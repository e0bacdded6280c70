import type { ClusterView } from '../../src/discovery/cluster-view.ts'
import type { ClusterNode, ClusterShard, SlotRange } from '../../src/redis/cluster-shard.ts'

/** A node of a cluster at 127.0.0.1, whose id is its name; its port is the number in that. */
export function clusterNode(name: string, fields: Partial<ClusterNode> = {}): ClusterNode {
  return {
    id: name,
    ip: '127.0.0.1',
    hostname: '',
    port: 7000 + Number(name.replace(/\D/g, '')),
    tlsPort: undefined,
    isMaster: name.startsWith('m'),
    isReachable: true,
    ...fields,
  }
}

/** A shard of nodes by their names: masters begin with m. */
export function clusterShard(
  slots: readonly SlotRange[],
  ...nodes: readonly (string | ClusterNode)[]
): ClusterShard {
  return { slots, nodes: nodes.map((one) => (typeof one === 'string' ? clusterNode(one) : one)) }
}

export function clusterView(...shards: readonly ClusterShard[]): ClusterView {
  return { shards, isWhole: true }
}
