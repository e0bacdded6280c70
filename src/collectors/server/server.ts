import { gauge, newer, sample } from '../../metrics/metric.ts'
import { dividedBy, readNumber } from '../../metrics/read-value.ts'
import { type Info, infoField } from '../../redis/info.ts'
import { modeFields, serverMode } from '../../redis/server-info.ts'
import type { Collector, Poll } from '../collector.ts'
import { fieldTable, type InfoPart, infoCollector, lineList } from '../reading/info-parts.ts'
import { labelField, newerRows, rowsOf } from '../reading/info-table.ts'
import { perRun } from '../reading/per-run.ts'
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

// The labels are the fields, by the section that each stands in.
const identity = {
  role: 'replication',
  redis_version: 'server',
  redis_build_id: 'server',
  redis_mode: 'server',
  os: 'server',
  maxmemory_policy: 'memory',
  tcp_port: 'server',
  run_id: 'server',
  process_id: 'server',
  master_replid: 'replication',
} as const
const identityOfSome = {
  valkey_version: 'server',
  valkey_release_stage: 'server',
  server_name: 'server',
  availability_zone: 'server',
} as const

const instanceInfo = gauge(
  'instance_info',
  'What the server is, in labels; always 1 (INFO server, memory, replication)',
  keysOf(identity),
  keysOf(identityOfSome),
)

const instance: InfoPart = {
  metrics: [instanceInfo],
  fields: [...instanceInfo.labels, ...instanceInfo.optionalLabels, ...modeFields, buildOfRedict],
  read(info) {
    const labels = Object.fromEntries(
      Object.entries(identity).map(([field, section]) => [field, labelField(info, section, field)]),
    ) as Record<keyof typeof identity, string>
    const ofSome = Object.entries(identityOfSome).flatMap(([field, section]) => {
      const text = infoField(info, section, field)
      // An availability zone is empty where nobody configured one.
      return text ? [[field, text] as const] : []
    })
    const redis_build_id = labels.redis_build_id || labelField(info, 'server', buildOfRedict)
    const own = { ...labels, redis_build_id, redis_mode: serverMode(info) }
    const all = { ...own, ...Object.fromEntries(ofSome) }
    return [sample(instanceInfo, 1, all)]
  },
}

// Lines that nobody has read, of whatever section: they are told here, once.
const unreadLines: InfoPart = {
  metrics: [],
  fields: [],
  read(info, { reject }) {
    for (const section of info.rejected) reject(`a line of ${section}`, 'too long or too many')
    return []
  },
}

const clock: InfoPart = {
  metrics: [clockOffset],
  fields: [clockField],
  read: (info, { reject, unixSeconds }) =>
    readSample(
      reject,
      clockField,
      infoField(info, 'server', clockField),
      readNumber,
      // In microseconds, which are whole numbers: the difference is small beside them.
      (time) => sample(clockOffset, (time - unixSeconds * 1e6) / 1e6),
    ),
}

// listener0:name=tcp,bind=*,bind=-::*,port=6379, with as many addresses as there are.
const listeners = lineList({
  section: 'server',
  name: /^listener\d+$/,
  metrics: [listenerInfo],
  reader: () => (_, text) => {
    // The path of a socket may hold a comma, or a blank and an equals sign.
    const parts = text.split(/,(?=(?:name|bind|port)=)/)
    const all = (name: string) =>
      parts.filter((part) => part.startsWith(`${name}=`)).map((part) => part.slice(name.length + 1))
    const [name = ''] = all('name')
    const [port = ''] = all('port')
    return all('bind').map((bind) => sample(listenerInfo, 1, { name, bind, port }))
  },
})

// A whole second of the server, and one of rounding where only our clock tells the time.
const mostRounding = 2
const uptimeField = 'uptime_in_seconds'

/** Remembers when each run of a server started. */
export function createServer(): Collector {
  const startOf = perRun(() => ({ seconds: undefined as number | undefined }))

  /** Constant for a run, but where a clock was set. */
  function startSeconds(poll: Poll, info: Info): number | undefined {
    const uptime = readNumber(labelField(info, 'server', uptimeField))
    if (uptime === undefined) return undefined
    const microseconds = readNumber(labelField(info, 'server', clockField))
    const now = microseconds === undefined ? poll.unixSeconds : microseconds / 1e6
    const found = Math.floor(now) - uptime
    const kept = startOf.of(info, poll.unixSeconds)
    if (kept.seconds === undefined || Math.abs(found - kept.seconds) > mostRounding)
      kept.seconds = found
    return kept.seconds
  }

  const start: InfoPart = {
    metrics: [startTime],
    fields: [clockField, uptimeField],
    read(info, poll) {
      const seconds = startSeconds(poll, info)
      return seconds === undefined ? [] : [sample(startTime, seconds)]
    },
  }

  return infoCollector({
    name: 'server',
    help: 'version, uptime and identity of the server, from INFO server',
    parts: [unreadLines, fieldTable(rows), instance, clock, listeners, start],
  })
}

function keysOf<K extends string>(table: Readonly<Record<K, string>>): readonly K[] {
  return Object.keys(table) as K[]
}
