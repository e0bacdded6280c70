import {
  type Dashboard,
  falling,
  most,
  noneIsGood,
  okOrNot,
  rate,
  rising,
  serverLegend,
} from './dashboard.ts'

const discovered = '--discover=cluster'
const inCluster = (expr: string) =>
  `${expr} and on (job, instance, target) redis_cluster_enabled == 1`

/** Clusters: their slots, shards and nodes. */
export const clusterDashboard: Dashboard = {
  name: 'cluster',
  title: 'Redis / Cluster',
  help: 'Clusters: slots that are served, shards and how even they are, nodes, the busiest slots',
  of: 'several',
  stats: [
    {
      kind: 'stat',
      title: 'Slots covered',
      help: 'Of the cluster that covers fewest.',
      unit: 'none',
      queries: [{ expr: 'min(redis_topology_slots_covered)', legend: 'covered' }],
      colors: falling(16384, 16384),
      needs: discovered,
    },
    {
      kind: 'stat',
      title: 'Nodes that call it down',
      unit: 'none',
      queries: [{ expr: 'sum(redis_cluster_state == bool 0)', legend: 'down' }],
      colors: noneIsGood,
      none: 'no cluster',
    },
    {
      kind: 'stat',
      title: 'Shards',
      unit: 'none',
      queries: [{ expr: 'sum(max by (topology) (redis_topology_shards))', legend: 'shards' }],
      needs: discovered,
    },
    {
      kind: 'stat',
      title: 'Shards without a replica',
      unit: 'none',
      queries: [
        {
          expr: 'sum(max by (topology) (redis_topology_masters_without_replica))',
          legend: 'shards',
        },
      ],
      needs: discovered,
    },
    {
      kind: 'stat',
      title: 'Nodes out of reach',
      unit: 'none',
      queries: [
        { expr: 'sum(max by (topology) (redis_topology_nodes_unreachable))', legend: 'nodes' },
      ],
      colors: noneIsGood,
      needs: discovered,
    },
    {
      kind: 'stat',
      title: 'Slots in dispute',
      unit: 'none',
      queries: [
        { expr: 'sum(max by (topology) (redis_topology_slots_disputed))', legend: 'slots' },
      ],
      colors: noneIsGood,
      needs: discovered,
    },
  ],
  panels: [
    {
      kind: 'timeline',
      title: 'State, by node',
      unit: 'none',
      queries: [{ expr: 'redis_cluster_state', legend: serverLegend }],
      states: okOrNot,
    },
    {
      kind: 'trend',
      title: 'Slots that are not well',
      help: 'As the node sees it that sees most.',
      unit: 'short',
      queries: [
        { expr: '16384 - min(redis_cluster_slots_assigned)', legend: 'of nobody' },
        { expr: 'max(redis_cluster_slots_pfail)', legend: 'seem to have failed' },
        { expr: 'max(redis_cluster_slots_fail)', legend: 'have failed' },
      ],
    },
    {
      kind: 'trend',
      title: 'Keys, by shard',
      unit: 'short',
      queries: [
        { expr: 'max by (topology, master) (redis_topology_shard_keys)', legend: '{{master}}' },
      ],
      stacked: true,
      needs: discovered,
    },
    {
      kind: 'trend',
      title: 'Memory, by shard',
      unit: 'bytes',
      queries: [
        {
          expr: 'max by (topology, master) (redis_topology_shard_memory_used_bytes)',
          legend: '{{master}}',
        },
      ],
      stacked: true,
      needs: discovered,
    },
    {
      kind: 'trend',
      title: 'The largest shard, over the mean',
      help: '1 is even.',
      unit: 'none',
      queries: [
        {
          expr: 'max by (topology) (redis_topology_shard_keys_imbalance_ratio)',
          legend: '{{topology}} keys',
        },
        {
          expr: 'max by (topology) (redis_topology_shard_memory_imbalance_ratio)',
          legend: '{{topology}} memory',
        },
      ],
      colors: rising(1.5, 2),
      needs: discovered,
    },
    {
      kind: 'trend',
      title: 'Commands, by node',
      unit: 'ops',
      queries: [{ expr: inCluster(rate('redis_commands_processed_total')), legend: serverLegend }],
    },
    {
      kind: 'trend',
      title: 'Messages of the bus',
      unit: 'cps',
      queries: [
        { expr: rate('redis_cluster_messages_sent_total'), legend: `${serverLegend} sent` },
        { expr: rate('redis_cluster_messages_received_total'), legend: `${serverLegend} received` },
      ],
    },
    {
      kind: 'trend',
      title: 'Waiting on the bus',
      unit: 'bytes',
      queries: [{ expr: 'redis_cluster_links_send_buffer_used_bytes', legend: serverLegend }],
    },
    {
      kind: 'trend',
      title: 'Slots with most keys',
      unit: 'short',
      queries: [{ expr: most('max by (slot) (redis_cluster_slot_keys)'), legend: 'slot {{slot}}' }],
    },
    {
      kind: 'trend',
      title: 'Slots that take most time',
      help: 'Of one core.',
      unit: 'percentunit',
      queries: [
        {
          expr: most(`max by (slot) (${rate('redis_cluster_slot_cpu_seconds_total')})`),
          legend: 'slot {{slot}}',
        },
      ],
    },
  ],
}
