import { gauge, type Sample, sample } from '../metrics/metric.ts'
import { readNumber } from '../metrics/read-value.ts'
import { infoField } from '../redis/info.ts'
import { serverMode } from '../redis/server-info.ts'
import type { Collector } from './collector.ts'
import { labelField, readFields, rowsOf } from './info-table.ts'

const row = rowsOf('server')

const rows = [
  row.gauge('uptime_in_seconds', 'uptime_in_seconds', 'Seconds since the server started'),
  row.gauge('process_id', 'process_id', 'Process id of the server'),
  row.gauge('io_threads_active', 'io_threads_active', 'Whether the I/O threads are at work'),
  row.gauge('hz', 'hz', 'Frequency of the background tasks now, per second'),
  row.gauge('configured_hz', 'configured_hz', 'Frequency of the background tasks as configured'),
  row.gauge('server_threads', 'server_threads_total', 'Threads that serve clients, on KeyDB'),
]

const startTime = gauge(
  'start_time_seconds',
  'When the server started, in seconds since 1970 (INFO server: uptime_in_seconds)',
)

const instanceInfo = gauge(
  'instance_info',
  'What the server is, in labels; always 1 (INFO server, memory, replication)',
  [
    'role',
    'redis_version',
    'redis_build_id',
    'redis_mode',
    'os',
    'maxmemory_policy',
    'tcp_port',
    'run_id',
    'process_id',
    'master_replid',
  ],
  ['valkey_version', 'valkey_release_stage'],
)

export const server: Collector = {
  name: 'server',
  help: 'version, uptime and identity of the server, from INFO server',
  metrics: [...rows.map(({ metric }) => metric), startTime, instanceInfo],
  async collect(poll) {
    const info = await poll.info()
    const field = (name: string) => labelField(info, 'server', name)
    const valkeyVersion = infoField(info, 'server', 'valkey_version')
    const valkeyReleaseStage = infoField(info, 'server', 'valkey_release_stage')
    const samples: Sample[] = [
      ...readFields(info, 'server', rows, poll.reject),
      sample(instanceInfo, 1, {
        role: labelField(info, 'replication', 'role'),
        redis_version: field('redis_version'),
        redis_build_id: field('redis_build_id'),
        redis_mode: serverMode(info),
        os: field('os'),
        maxmemory_policy: labelField(info, 'memory', 'maxmemory_policy'),
        tcp_port: field('tcp_port'),
        run_id: field('run_id'),
        process_id: field('process_id'),
        master_replid: labelField(info, 'replication', 'master_replid'),
        ...(valkeyVersion === undefined ? {} : { valkey_version: valkeyVersion }),
        ...(valkeyReleaseStage === undefined ? {} : { valkey_release_stage: valkeyReleaseStage }),
      }),
    ]
    const uptime = readNumber(field('uptime_in_seconds'))
    if (uptime !== undefined) samples.push(sample(startTime, poll.unixSeconds - uptime))
    return samples
  },
}
