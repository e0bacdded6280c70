import { gauge, newer, type Sample, sample } from '../../metrics/metric.ts'
import { readNumber } from '../../metrics/read-value.ts'
import { type Info, infoField } from '../../redis/info.ts'
import { parseNameValueList } from '../../redis/name-value-list.ts'
import type { Collector, Poll } from '../collector.ts'
import { metricsOf, type PartRow, readParts } from '../reading/info-lines.ts'
import { fieldsOf, newerRows, readFields, rowsOf } from '../reading/info-table.ts'
import { readLines } from '../reading/read-list.ts'
import { masterFields, masterMetrics, readMasters } from './masters.ts'
import { newerRowsOfReplica } from './newer-replication.ts'

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
  ...newerRowsOfReplica,
]

const failoverState = newer(
  gauge(
    'master_failover_state',
    'Whether a failover that was asked for is under way (INFO replication: master_failover_state)',
    ['state'],
  ),
  'Redis 6.2',
  'live: Redis 7.0.15',
)

const replicaField = /^slave\d+$/
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

export const replication: Collector = {
  name: 'replication',
  help: 'replicas, masters, offsets and the backlog, from INFO replication',
  metrics: [
    ...rows.map(({ metric }) => metric),
    ...metricsOf(replicaParts),
    replicaLagBytes,
    ...masterMetrics,
    failoverState,
  ],
  fields: [...fieldsOf(rows), ...masterFields, replicaField],
  async collect(poll) {
    const info = await poll.info()
    return [
      ...readFields(info, rows, poll.reject),
      ...(await readReplicas(info, poll)),
      ...(await readMasters(info, poll)),
      ...readFailover(info),
    ]
  },
}

function readReplicas(info: Info, poll: Poll): Promise<Sample[]> {
  const written = readNumber(infoField(info, 'replication', 'master_repl_offset') ?? '')
  return readLines(
    poll,
    info.sections.get('replication'),
    (field) => replicaField.test(field),
    ([field, text]) => readReplica(field, text, written, poll.reject),
  )
}

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
  // The second connection of a replica that synchronises, on Valkey; the first one tells of it.
  if (slave_ip === undefined || parts.get('type') === 'rdb-channel') return []
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

function readFailover(info: Info): Sample[] {
  const state = infoField(info, 'replication', 'master_failover_state')
  if (state === undefined) return []
  return [sample(failoverState, state === 'no-failover' ? 0 : 1, { state })]
}
