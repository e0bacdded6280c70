import { gauge, newer, type Sample, sample } from '../metrics/metric.ts'
import { type ReadValue, readNumber } from '../metrics/read-value.ts'
import { type Info, infoField } from '../redis/info.ts'
import { parseNameValueList } from '../redis/name-value-list.ts'
import type { Collector, Poll } from './collector.ts'
import { fieldsOf, labelField, newerRows, readFields, rowsOf } from './info-table.ts'
import {
  type MasterReading,
  masterLabels,
  newerOfMaster,
  newerOfReplica,
  newerRowsOfReplica,
} from './newer-replication.ts'
import { readSample } from './read-sample.ts'

const row = rowsOf('replication')

const rows = [
  row.gauge('connected_slaves', 'connected_slaves', 'Replicas connected to this server'),
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
    'Offset up to which the second id is served',
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

const replicaOffset = gauge(
  'connected_slave_offset_bytes',
  'Replication offset that a replica has acknowledged (INFO replication: slaveN offset)',
  replicaLabels,
)
const replicaLag = gauge(
  'connected_slave_lag_seconds',
  'Seconds since a replica last answered (INFO replication: slaveN lag)',
  replicaLabels,
)
const replicaLagBytes = gauge(
  'connected_slave_lag_bytes',
  'Bytes of replication that a replica has not acknowledged; none before it acknowledged any (INFO replication: master_repl_offset - slaveN offset)',
  replicaLabels,
)

function masterReading(name: string, help: string, field: string, read: ReadValue): MasterReading {
  return { metric: gauge(name, `${help} (INFO replication: ${field})`, masterLabels), read }
}

/** A field of the master that is a number and whose metric has its name. */
function masterNumber(part: string, help: string): readonly [string, MasterReading] {
  return [part, masterReading(`master_${part}`, help, `master_${part}`, readNumber)]
}

const ofMaster: ReadonlyMap<string, MasterReading> = new Map([
  [
    'link_status',
    masterReading(
      'master_link_up',
      'Whether the link to the master is up',
      'master_link_status',
      (text) => (text === 'up' ? 1 : 0),
    ),
  ],
  masterNumber('last_io_seconds_ago', 'Seconds since the master was last heard of; -1 is never'),
  masterNumber('sync_in_progress', 'Whether the master is sending all of its data'),
  masterNumber(
    'link_down_since_seconds',
    'Seconds since the link to the master broke; -1 is never',
  ),
  // Only while the master sends all of its data.
  masterNumber('sync_total_bytes', 'Bytes that the master sends; 0 is not known'),
  masterNumber('sync_read_bytes', 'Bytes that came of those that the master sends'),
  masterNumber('sync_left_bytes', 'Bytes still to come of those that the master sends'),
  masterNumber('sync_perc', 'Percentage that came of what the master sends'),
  masterNumber('sync_last_io_seconds_ago', 'Seconds since data of the master came last'),
  ...newerOfMaster,
])

// KeyDB replicates from several masters and numbers all but the first: master_1_host.
const masterField = new RegExp(`^master(_\\d+)?_(host|${[...ofMaster.keys()].join('|')})$`)

/** Fields of a replica that are not numbered: they belong to the master named last before them. */
const ofReplica: ReadonlyMap<string, MasterReading> = new Map<string, MasterReading>([
  ...(
    [
      ['slave_repl_offset', 'Replication offset of this replica', undefined],
      ['slave_read_repl_offset', 'Replication offset that this replica has read', 'Redis 7.0'],
    ] as const
  ).map(([field, help, since]): readonly [string, MasterReading] => {
    const reading = masterReading(field, help, field, readNumber)
    if (since === undefined) return [field, reading]
    return [field, { ...reading, metric: newer(reading.metric, since, 'live: Redis 7.0.15') }]
  }),
  ...newerOfReplica,
])

const replicaInfo = gauge(
  'slave_info',
  'What a replica is, in labels; always 1 (INFO replication: role)',
  ['master_host', 'master_port', 'read_only'],
)

export const replication: Collector = {
  name: 'replication',
  help: 'replicas, masters, offsets and the backlog, from INFO replication',
  metrics: [
    ...rows.map(({ metric }) => metric),
    replicaOffset,
    replicaLag,
    replicaLagBytes,
    ...[...ofMaster.values(), ...ofReplica.values()].map(({ metric }) => metric),
    replicaInfo,
    failoverState,
  ],
  fields: [
    ...[...fieldsOf(rows), ...ofReplica.keys(), 'slave_read_only', /^master(_\d+)?_port$/],
    ...[replicaField, masterField],
  ],
  async collect(poll) {
    const info = await poll.info()
    return [
      ...readFields(info, 'replication', rows, poll.reject),
      ...readReplicas(info, poll.reject),
      ...readMasters(info, poll.reject),
      ...readReplicaInfo(info),
      ...readFailover(info),
    ]
  },
}

function readReplicas(info: Info, reject: Poll['reject']): Sample[] {
  const samples: Sample[] = []
  const written = readNumber(infoField(info, 'replication', 'master_repl_offset') ?? '')
  for (const [field, text] of info.sections.get('replication') ?? []) {
    if (!replicaField.test(field)) continue
    const parts = parseNameValueList(text)
    // The second connection of a replica that synchronises, on Valkey; the first one tells of it.
    if (parts.get('type') === 'rdb-channel') continue
    const labels = {
      slave_ip: parts.get('ip') ?? '',
      slave_port: parts.get('port') ?? '',
      slave_state: parts.get('state') ?? '',
    }
    samples.push(
      ...readSample(reject, field, parts.get('offset') ?? '', readNumber, (value) =>
        sample(replicaOffset, value, labels),
      ),
      // Servers before Redis 3 tell no lag.
      ...readSample(reject, field, parts.get('lag'), readNumber, (value) =>
        sample(replicaLag, value, labels),
      ),
    )
    const behind = bytesBehind(parts, written)
    if (behind !== undefined) samples.push(sample(replicaLagBytes, behind, labels))
  }
  return samples
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

function readMasters(info: Info, reject: Poll['reject']): Sample[] {
  const entries = info.sections.get('replication') ?? []
  const fields = new Map(entries)
  const samples: Sample[] = []
  let latest = ''
  for (const [field, text] of entries) {
    const [, number = '', part] = masterField.exec(field) ?? []
    if (part === 'host') latest = number
    const reading = ofReplica.get(field) ?? ofMaster.get(part ?? '')
    if (!reading) continue
    const of = part === undefined ? latest : number
    const labels = {
      master_host: fields.get(`master${of}_host`) ?? '',
      master_port: fields.get(`master${of}_port`) ?? '',
    }
    samples.push(
      ...readSample(reject, field, text, reading.read, (value) =>
        sample(reading.metric, value, labels),
      ),
    )
  }
  return samples
}

function readReplicaInfo(info: Info): Sample[] {
  if (infoField(info, 'replication', 'role') !== 'slave') return []
  return [
    sample(replicaInfo, 1, {
      master_host: labelField(info, 'replication', 'master_host'),
      master_port: labelField(info, 'replication', 'master_port'),
      read_only: labelField(info, 'replication', 'slave_read_only'),
    }),
  ]
}

function readFailover(info: Info): Sample[] {
  const state = infoField(info, 'replication', 'master_failover_state')
  if (state === undefined) return []
  return [sample(failoverState, state === 'no-failover' ? 0 : 1, { state })]
}
