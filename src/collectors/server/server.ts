import { gauge, newer, type Sample, sample } from '../../metrics/metric.ts'
import { dividedBy, readNumber } from '../../metrics/read-value.ts'
import { type Info, infoField } from '../../redis/info.ts'
import { modeFields, serverMode } from '../../redis/server-info.ts'
import type { Collector, Poll } from '../collector.ts'
import { fieldsOf, labelField, newerRows, readFields, rowsOf } from '../reading/info-table.ts'
import { perRun } from '../reading/per-run.ts'
import { readLines } from '../reading/read-list.ts'
import { readSample } from '../reading/read-sample.ts'

const row = rowsOf('server')

const rows = [
  row.gauge('uptime_in_seconds', 'uptime_in_seconds', 'Seconds since the server started'),
  row.gauge('process_id', 'process_id', 'Process id of the server'),
  row.gauge('io_threads_active', 'io_threads_active', 'Whether the I/O threads are at work'),
  row.gauge('hz', 'hz', 'Frequency of the background tasks now, per second'),
  row.gauge('configured_hz', 'configured_hz', 'Frequency of the background tasks as configured'),
  row.gauge('server_threads', 'server_threads_total', 'Threads that serve clients, on KeyDB'),
  ...newerRows('Redis 7.0', 'live: Redis 7.0.15', [
    row.gauge(
      'shutdown_in_milliseconds',
      'shutdown_in_seconds',
      'How long a shutdown still waits for replicas at most; only during a shutdown',
      dividedBy(1e3),
    ),
  ]),
  ...newerRows('Valkey 8.1', 'live: Valkey 9.1.2', [
    row.gauge('clients_hz', 'clients_hz', 'Frequency of the upkeep of clients now, per second'),
  ]),
]

const startTime = gauge(
  'start_time_seconds',
  'When the server started, in seconds since 1970; the same for all of its run (INFO server: server_time_usec, uptime_in_seconds)',
)

const clockField = 'server_time_usec'

const clockOffset = newer(
  gauge(
    'clock_offset_seconds',
    `How far the clock of the server is ahead of the exporter's, within the length of a poll (INFO server: ${clockField})`,
  ),
  'Redis 5.0',
  'live: Redis 7.0.15',
)

const listenerField = /^listener\d+$/

const listenerInfo = newer(
  gauge(
    'listener_info',
    'An address that the server listens on; always 1 (INFO server: listenerN)',
    ['name', 'bind', 'port'],
  ),
  'Redis 7.2, Valkey 7.2',
  'live: Redis 8.6.3, Valkey 9.1.2',
)

const buildOfRedict = 'redict_build_id'

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
  ['valkey_version', 'valkey_release_stage', 'server_name', 'availability_zone'],
)

// A whole second of the server, and one of rounding where only our clock tells the time.
const mostRounding = 2

/** Remembers when each run of a server started. */
export function createServer(): Collector {
  const startOf = perRun(() => ({ seconds: undefined as number | undefined }))

  /** Constant for a run, but where a clock was set. */
  function startSeconds(poll: Poll, info: Info): number | undefined {
    const uptime = readNumber(labelField(info, 'server', 'uptime_in_seconds'))
    if (uptime === undefined) return undefined
    const microseconds = readNumber(labelField(info, 'server', clockField))
    const now = microseconds === undefined ? poll.unixSeconds : microseconds / 1e6
    const found = Math.floor(now) - uptime
    const kept = startOf.of(info, poll.unixSeconds)
    if (kept.seconds === undefined || Math.abs(found - kept.seconds) > mostRounding)
      kept.seconds = found
    return kept.seconds
  }

  return {
    name: 'server',
    help: 'version, uptime and identity of the server, from INFO server',
    metrics: [
      ...rows.map(({ metric }) => metric),
      startTime,
      clockOffset,
      listenerInfo,
      instanceInfo,
    ],
    fields: [
      ...fieldsOf(rows),
      clockField,
      listenerField,
      ...modeFields,
      buildOfRedict,
      ...instanceInfo.labels,
      ...instanceInfo.optionalLabels,
    ],
    async collect(poll) {
      const info = await poll.info()
      // Lines that nobody has read, of whatever section: they are told here, once.
      for (const section of info.rejected)
        poll.reject(`a line of ${section}`, 'too long or too many')
      const samples: Sample[] = [
        ...readFields(info, 'server', rows, poll.reject),
        sample(instanceInfo, 1, instanceLabels(info)),
        ...readSample(
          poll.reject,
          clockField,
          infoField(info, 'server', clockField),
          readNumber,
          // In microseconds, which are whole numbers: the difference is small beside them.
          (time) => sample(clockOffset, (time - poll.unixSeconds * 1e6) / 1e6),
        ),
        ...(await readListeners(info, poll)),
      ]
      const start = startSeconds(poll, info)
      if (start !== undefined) samples.push(sample(startTime, start))
      return samples
    },
  }
}

function instanceLabels(info: Info) {
  const field = (name: string) => labelField(info, 'server', name)
  const reported = instanceInfo.optionalLabels.flatMap((name) => {
    const text = infoField(info, 'server', name)
    // An availability zone is empty where nobody configured one.
    return text ? [[name, text] as const] : []
  })
  return {
    role: labelField(info, 'replication', 'role'),
    redis_version: field('redis_version'),
    redis_build_id: field('redis_build_id') || field(buildOfRedict),
    redis_mode: serverMode(info),
    os: field('os'),
    maxmemory_policy: labelField(info, 'memory', 'maxmemory_policy'),
    tcp_port: field('tcp_port'),
    run_id: field('run_id'),
    process_id: field('process_id'),
    master_replid: labelField(info, 'replication', 'master_replid'),
    ...Object.fromEntries(reported),
  }
}

// listener0:name=tcp,bind=*,bind=-::*,port=6379, with as many addresses as there are.
function readListeners(info: Info, poll: Poll): Promise<readonly Sample[]> {
  return readLines(
    poll,
    info.sections.get('server'),
    (field) => listenerField.test(field),
    ([, text]) => {
      // The path of a socket may hold a comma, or a blank and an equals sign.
      const parts = text.split(/,(?=(?:name|bind|port)=)/)
      const all = (name: string) =>
        parts
          .filter((part) => part.startsWith(`${name}=`))
          .map((part) => part.slice(name.length + 1))
      const [name = ''] = all('name')
      const [port = ''] = all('port')
      return all('bind').map((bind) => sample(listenerInfo, 1, { name, bind, port }))
    },
  )
}
