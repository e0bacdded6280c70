import { gauge, newer, type Sample, sample } from '../../metrics/metric.ts'
import { readNumber } from '../../metrics/read-value.ts'
import { infoField } from '../../redis/info.ts'
import { parseNameValueList } from '../../redis/names-and-values.ts'
import { isSecondConnection, replicaField } from '../../redis/replication-position.ts'
import type { Poll } from '../collector.ts'
import { metricsOf, type PartRow, readParts } from '../reading/info-lines.ts'
import { fieldTable, type InfoPart, infoCollector, lineList } from '../reading/info-parts.ts'
import { newerRows, rowsOf } from '../reading/info-table.ts'
import { mastersPart } from './masters.ts'

const row = rowsOf('replication')

const rows = [
  row.gauge(
    'connected_slaves',
    'connected_slaves',
    'Replicas connected to this server, those that synchronise too',
  ),
  row.gauge('repl_backlog_size', 'replication_backlog_bytes', 'Size of the replication backlog'),
  row.gauge('repl_backlog_active', 'repl_backlog_is_active', 'Whether there is a backlog'),
  row.gauge(
    'repl_backlog_first_byte_offset',
    'repl_backlog_first_byte_offset',
    'Replication offset of the first byte in the backlog',
  ),
  row.gauge('repl_backlog_histlen', 'repl_backlog_history_bytes', 'Bytes held in the backlog'),
  row.gauge('master_repl_offset', 'master_repl_offset', 'Replication offset of this server'),
  row.gauge(
    'second_repl_offset',
    'second_repl_offset',
    'Offset up to which the second id is served; -1 is none',
  ),
  row.gauge('slave_priority', 'slave_priority', 'Priority of this replica at a failover'),
  row.gauge(
    'min_slaves_good_slaves',
    'min_slaves_good_slaves',
    'Replicas that count for min-replicas-to-write, where it is set',
  ),
  ...newerRows('Redis 6.2', 'live: Redis 7.0.15', [
    row.gauge('replica_announced', 'replica_announced', 'Whether Sentinels tell of this replica'),
  ]),
  ...newerRows('Redis 8.2', 'live: Redis 8.6.3', [
    row.gauge(
      'replica_full_sync_buffer_size',
      'replica_full_sync_buffer_size_bytes',
      'What this replica was sent while it loads its data, on Redis',
    ),
    row.gauge(
      'replica_full_sync_buffer_peak',
      'replica_full_sync_buffer_peak_bytes',
      'Most that this replica was ever sent while it loaded its data, on Redis',
    ),
  ]),
  ...newerRows('Valkey 8.0', 'live: Valkey 9.1.2', [
    row.gauge(
      'replicas_waiting_psync',
      'replicas_waiting_psync',
      'Replicas that are sent a snapshot over a second connection and wait to catch up',
    ),
    row.gauge(
      'replicas_repl_buffer_size',
      'replicas_repl_buffer_size_bytes',
      'What this replica was sent while it loads its data',
    ),
    row.gauge(
      'replicas_repl_buffer_peak',
      'replicas_repl_buffer_peak_bytes',
      'Most that this replica was ever sent while it loaded its data',
    ),
  ]),
]

const replicaLabels = ['slave_ip', 'slave_port', 'slave_state'] as const

// Redis before 3 tells no lag, Dragonfly no offset.
const replicaParts: readonly PartRow<(typeof replicaLabels)[number]>[] = [
  {
    part: 'offset',
    metric: gauge(
      'connected_slave_offset_bytes',
      'Replication offset that a replica has acknowledged (INFO replication: slaveN offset)',
      replicaLabels,
    ),
  },
  {
    part: 'lag',
    metric: gauge(
      'connected_slave_lag_seconds',
      'Seconds since a replica last answered (INFO replication: slaveN lag)',
      replicaLabels,
    ),
  },
]
const replicaLagBytes = gauge(
  'connected_slave_lag_bytes',
  'Bytes of replication that a replica has not acknowledged; none before it acknowledged any (INFO replication: master_repl_offset - slaveN offset)',
  replicaLabels,
)

const failoverState = newer(
  gauge(
    'master_failover_state',
    'Whether a failover that was asked for is under way (INFO replication: master_failover_state)',
    ['state'],
  ),
  'Redis 6.2',
  'live: Redis 7.0.15',
)

const stateField = 'master_failover_state'

const failover: InfoPart = {
  metrics: [failoverState],
  fields: [stateField],
  read(info) {
    const state = infoField(info, 'replication', stateField)
    if (state === undefined) return []
    return [sample(failoverState, state === 'no-failover' ? 0 : 1, { state })]
  },
}

const replicas = lineList({
  section: 'replication',
  name: replicaField,
  metrics: [...metricsOf(replicaParts), replicaLagBytes],
  reader({ reject }, info) {
    const written = readNumber(infoField(info, 'replication', 'master_repl_offset') ?? '')
    return ([field], text) => readReplica(field, text, written, reject)
  },
})

export const replication = infoCollector({
  name: 'replication',
  help: 'replicas, masters, offsets and the backlog, from INFO replication',
  parts: [fieldTable(rows), replicas, mastersPart, failover],
})

function readReplica(
  field: string,
  text: string,
  written: number | undefined,
  reject: Poll['reject'],
): readonly Sample[] {
  // Redis before 2.8 writes no names, nor how far it is: 10.0.0.1,6380,online.
  if (/^[^,=]*,\d+,\w+$/.test(text)) return []
  const parts = parseNameValueList(text)
  const slave_ip = parts.get('ip')
  if (slave_ip === undefined) reject(field, text)
  if (slave_ip === undefined || isSecondConnection(parts)) return []
  const [slave_port = '', slave_state = ''] = [parts.get('port'), parts.get('state')]
  const labels = { slave_ip, slave_port, slave_state }
  const behind = bytesBehind(parts, written)
  return [
    ...readParts(field, parts, replicaParts, labels, reject),
    ...(behind === undefined ? [] : [sample(replicaLagBytes, behind, labels)]),
  ]
}

/** How far a replica is behind; undefined where it cannot be told. */
function bytesBehind(
  replica: ReadonlyMap<string, string>,
  written: number | undefined,
): number | undefined {
  const acknowledged = readNumber(replica.get('offset') ?? '')
  // The offset is 0 until the first acknowledgement, which comes when the data is loaded.
  if (written === undefined || !acknowledged || acknowledged < 0) return undefined
  return Math.max(0, written - acknowledged)
}
