import { gauge, type Sample, sample } from '../../metrics/metric.ts'
import { readField } from '../../metrics/read-value.ts'
import { infoField, parseInfoInSlices } from '../../redis/info.ts'
import { redisError } from '../../redis/redis-error.ts'
import type { Collector, Poll } from '../collector.ts'
import { partOf } from '../reading/part.ts'
import { readList } from '../reading/read-list.ts'
import { readSample } from '../reading/read-sample.ts'
import { clusterLinks } from './cluster-links.ts'
import { slotMetrics } from './cluster-slot-stats.ts'

const enabled = gauge('cluster_enabled', 'Whether the server is part of a cluster (INFO cluster)')

// Fields of CLUSTER INFO whose metric has a name or a help text of its own.
const named = new Map(
  [
    ['cluster_state', 'cluster_state', 'Whether the cluster is ok'],
    ['cluster_slots_assigned', 'cluster_slots_assigned', 'Slots that belong to a node'],
    ['cluster_slots_ok', 'cluster_slots_ok', 'Slots of nodes that work'],
    ['cluster_slots_pfail', 'cluster_slots_pfail', 'Slots of nodes that seem to have failed'],
    ['cluster_slots_fail', 'cluster_slots_fail', 'Slots of nodes that have failed'],
    ['cluster_known_nodes', 'cluster_known_nodes', 'Nodes that this one knows'],
    ['cluster_size', 'cluster_size', 'Masters that serve slots'],
    ['cluster_current_epoch', 'cluster_current_epoch', 'Current epoch of the cluster'],
    ['cluster_my_epoch', 'cluster_my_epoch', 'Epoch of this node'],
    ['cluster_stats_messages_sent', 'cluster_messages_sent_total', 'Messages sent on the bus'],
    [
      'cluster_stats_messages_received',
      'cluster_messages_received_total',
      'Messages received on the bus',
    ],
    [
      'total_cluster_links_buffer_limit_exceeded',
      'cluster_links_buffer_limit_exceeded_total',
      'Bus links closed for a large buffer',
    ],
  ].map(([field = '', name = '', help]) => [
    field,
    gauge(name, `${help} (CLUSTER INFO: ${field})`),
  ]),
)

// Read from elsewhere, most by other collectors: a second sample would be a series given twice.
const elsewhere = new Set([
  ...[enabled.name, 'cluster_connections', 'cluster_incompatible_ops_total'],
  ...[...clusterLinks.metrics, ...slotMetrics].map(({ name }) => name),
])

const anyOther = gauge('cluster_*', 'A field of CLUSTER INFO under its own name (CLUSTER INFO)')

/** Each is a family of its own; servers of today have some forty. */
const mostOthers = 1_000

export const cluster: Collector = {
  name: 'cluster',
  help: 'state of the cluster as this node sees it, from CLUSTER INFO',
  metrics: [enabled, ...named.values(), anyOther],
  // Valkey repeats those of CLUSTER INFO inside INFO.
  fields: [/^cluster_/, ...named.keys()],
  commands: ['cluster|info'],
  async collect(poll) {
    const [info, reply] = await Promise.all([
      poll.info(),
      poll.server.clusterEnabled ? partOf(poll, 'CLUSTER INFO', readClusterInfo(poll), '') : '',
    ])
    const samples: Sample[] = [
      ...readSample(
        poll.reject,
        enabled.name,
        infoField(info, 'cluster', enabled.name),
        readField,
        (value) => sample(enabled, value),
      ),
    ]
    let others = 0
    const told = (await parseInfoInSlices(reply)).anywhere
    for (const [field, metric] of named)
      samples.push(
        ...readSample(poll.reject, field, told.get(field), readField, (value) =>
          sample(metric, value),
        ),
      )
    const rest = await readList(poll, told, readOther, isOther)
    return [...samples, ...rest]

    function readOther([field, text]: readonly [string, string]): readonly Sample[] {
      others += 1
      if (others <= mostOthers)
        return readSample(poll.reject, field, text, readField, (value) =>
          sample(otherMetric(field), value),
        )
      poll.leaveOut(1)
      return []
    }
  },
}

async function readClusterInfo({ read }: Poll): Promise<string> {
  const reply = await read('CLUSTER', 'INFO')
  if (typeof reply === 'string') return reply
  throw redisError('parse', 'CLUSTER INFO gave no text')
}

// cluster_stats_messages_auth-req_sent and the like: whatever a server counts, under its own name.
// What is no number may be meant as none.
function isOther([field, text]: readonly [string, string]): boolean {
  const isKnown = elsewhere.has(field) || named.has(field)
  return field.startsWith('cluster_') && !isKnown && readField(text) !== undefined
}

function otherMetric(field: string) {
  const name = field.replaceAll(/[^a-zA-Z0-9_]/g, '_')
  return gauge(name, `A field of the cluster's state (CLUSTER INFO: ${field})`)
}
