import type { KnownCluster } from '../discovery/cluster-nodes.ts'
import { masterOf, nodesOf } from '../discovery/cluster-view.ts'
import { gauge, type Sample, sample } from '../metrics/metric.ts'
import type { ClusterShard } from '../redis/cluster-shard.ts'

const topology = ['topology'] as const
const shard = ['topology', 'master'] as const
const source = '(CLUSTER SHARDS, else NODES, SLOTS)'

/** What is told of a whole cluster; `topology` names it, `master` is the target of a shard's master. */
export const clusterMetrics = {
  covered: gauge(
    'topology_slots_covered',
    `Slots of a cluster whose master is well ${source}`,
    topology,
  ),
  unowned: gauge(
    'topology_slots_unowned',
    `Slots of a cluster that no node has ${source}`,
    topology,
  ),
  disputed: gauge(
    'topology_slots_disputed',
    `Slots of a cluster of which its nodes name different masters ${source}`,
    topology,
  ),
  disagreeing: gauge(
    'topology_nodes_disagreeing',
    `Nodes of a cluster, of those asked last, that name other members or other masters of slots than most ${source}`,
    topology,
  ),
  shards: gauge('topology_shards', `Shards of a cluster that have slots ${source}`, topology),
  alone: gauge(
    'topology_masters_without_replica',
    `Shards of a cluster with slots and without a replica that is well ${source}`,
    topology,
  ),
  nodes: gauge('topology_nodes', `Nodes that a cluster knows ${source}`, topology),
  unreachable: gauge(
    'topology_nodes_unreachable',
    `Nodes of a cluster that it cannot reach itself ${source}`,
    topology,
  ),
  keys: gauge(
    'topology_shard_keys',
    'Keys of a shard of a cluster, by its master (INFO keyspace: keys)',
    shard,
  ),
  memory: gauge(
    'topology_shard_memory_used_bytes',
    'Memory of a shard of a cluster, by its master (INFO memory: used_memory)',
    shard,
  ),
  keysImbalance: gauge(
    'topology_shard_keys_imbalance_ratio',
    'Keys of the largest shard of a cluster over the mean of all (INFO keyspace: keys)',
    topology,
  ),
  memoryImbalance: gauge(
    'topology_shard_memory_imbalance_ratio',
    'Memory of the largest shard of a cluster over the mean of all (INFO memory: used_memory)',
    topology,
  ),
}

/** What the last poll of a target told that counts for its shard. */
export interface ShardFigures {
  readonly keys: number | undefined
  readonly memoryBytes: number | undefined
}

/** What its nodes say of a whole cluster. */
export function clusterFigures({ view, counts, topology }: KnownCluster): readonly Sample[] {
  const labels = { topology }
  const nodes = nodesOf(view)
  const serving = view.shards.filter(hasSlots)
  const metrics = clusterMetrics
  return [
    sample(metrics.covered, counts.covered, labels),
    sample(metrics.unowned, counts.unowned, labels),
    sample(metrics.disputed, counts.disputed, labels),
    sample(metrics.disagreeing, counts.disagreeing, labels),
    sample(metrics.shards, serving.length, labels),
    sample(metrics.alone, serving.filter(isAlone).length, labels),
    sample(metrics.nodes, nodes.length, labels),
    sample(metrics.unreachable, nodes.filter(({ isReachable }) => !isReachable).length, labels),
  ]
}

/**
 * What the polls of its masters tell of the shards of a cluster, of those that we poll. How they
 * compare is told where that are all of them.
 */
export function shardFigures(
  { view, addresses, topology }: KnownCluster,
  figuresOf: (address: string) => ShardFigures | undefined,
  nameOf: (address: string) => string = (address) => address,
): readonly Sample[] {
  const labels = { topology }
  const serving = view.shards.filter(hasSlots)
  return [
    ...balance('keys', 'keys', 'keysImbalance'),
    ...balance('memoryBytes', 'memory', 'memoryImbalance'),
  ]

  function balance(
    figure: keyof ShardFigures,
    each: 'keys' | 'memory',
    imbalance: 'keysImbalance' | 'memoryImbalance',
  ): readonly Sample[] {
    // By addresses: odd replies may give one master two shards.
    const known = new Map<string, number>()
    for (const one of serving) {
      const address = addresses.get(masterOf(one)?.id ?? '')
      const value = address === undefined ? undefined : figuresOf(address)?.[figure]
      if (address !== undefined && value !== undefined) known.set(address, value)
    }
    const values = [...known.values()]
    const sum = values.reduce((total, value) => total + value, 0)
    return [
      ...[...known].map(([address, value]) =>
        sample(clusterMetrics[each], value, { ...labels, master: nameOf(address) }),
      ),
      // Of some shards alone it would say something else.
      ...(known.size === serving.length && sum > 0
        ? [sample(clusterMetrics[imbalance], (Math.max(...values) * known.size) / sum, labels)]
        : []),
    ]
  }
}

function hasSlots({ slots }: ClusterShard): boolean {
  return slots.length > 0
}

function isAlone({ nodes }: ClusterShard): boolean {
  return !nodes.some(({ isMaster, isReachable }) => !isMaster && isReachable)
}
