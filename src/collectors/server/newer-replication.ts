import { counter, gauge, type Metric, newer } from '../../metrics/metric.ts'
import { type ReadValue, readNumber } from '../../metrics/read-value.ts'
import { newerRows, rowsOf } from '../reading/info-table.ts'

export const masterLabels = ['master_host', 'master_port'] as const

/** What becomes of a field that a replica tells of its master. */
export interface MasterReading {
  readonly metric: Metric<(typeof masterLabels)[number], never>
  readonly read: ReadValue
}

const row = rowsOf('replication')

/** The fields of INFO replication that not every server has, beside those of a master. */
export const newerRowsOfReplica = [
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

function reading(
  declare: typeof gauge,
  field: string,
  name: string,
  help: string,
  since = 'Redis 8.2',
): MasterReading {
  const metric = declare(name, `${help} (INFO replication: ${field})`, masterLabels)
  return { metric: newer(metric, since, 'live: Redis 8.6.3'), read: readNumber }
}

/** What newer replicas tell of a master, by the field without `master_`. */
export const newerOfMaster: readonly (readonly [part: string, reading: MasterReading])[] = [
  [
    'link_up_since_seconds',
    reading(
      gauge,
      'master_link_up_since_seconds',
      'master_link_up_since_seconds',
      'Seconds since the link to the master came up',
    ),
  ],
  [
    'current_sync_attempts',
    reading(
      gauge,
      'master_current_sync_attempts',
      'master_current_sync_attempts',
      'Attempts to come into step with the master since the link broke last',
    ),
  ],
  [
    'total_sync_attempts',
    reading(
      counter,
      'master_total_sync_attempts',
      'master_sync_attempts_total',
      'Attempts to come into step with the master since it is the master',
    ),
  ],
  [
    'client_io_thread',
    reading(
      gauge,
      'master_client_io_thread',
      'master_client_io_thread',
      'Number of the I/O thread that serves the link to the master; 0 is the main thread',
      'Redis 8.6',
    ),
  ],
]

/** The same by fields that do not begin so. */
export const newerOfReplica: readonly (readonly [field: string, reading: MasterReading])[] = [
  [
    'total_disconnect_time_sec',
    reading(
      counter,
      'total_disconnect_time_sec',
      'master_disconnect_seconds_total',
      'Seconds without a link to the master, from its first one on',
    ),
  ],
]
