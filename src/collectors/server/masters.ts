import { counter, gauge, type Metric, newer, type Sample, sample } from '../../metrics/metric.ts'
import { type ReadValue, readNumber, readPercentage } from '../../metrics/read-value.ts'
import { type Info, type InfoSection, infoField } from '../../redis/info.ts'
import { inSlices } from '../../yielding.ts'
import type { Poll } from '../collector.ts'
import type { InfoPart } from '../reading/info-parts.ts'
import { labelField } from '../reading/info-table.ts'
import { readList, roomBeside } from '../reading/read-list.ts'
import { readSample } from '../reading/read-sample.ts'

const masterLabels = ['master_host', 'master_port'] as const

/** What becomes of a field that a replica tells of its master. */
interface MasterReading {
  readonly metric: Metric<(typeof masterLabels)[number], never>
  readonly read: ReadValue
}

function masterReading(name: string, help: string, field: string, read: ReadValue): MasterReading {
  return { metric: gauge(name, `${help} (INFO replication: ${field})`, masterLabels), read }
}

function newerReading(
  declare: typeof gauge,
  field: string,
  name: string,
  help: string,
  since = 'Redis 8.2',
): MasterReading {
  const metric = declare(name, `${help} (INFO replication: ${field})`, masterLabels)
  return { metric: newer(metric, since, 'live: Redis 8.6.3'), read: readNumber }
}

/** A field of the master that is a number and whose metric has its name. */
function masterNumber(part: string, help: string): readonly [string, MasterReading] {
  return [part, masterReading(`master_${part}`, help, `master_${part}`, readNumber)]
}

const ofMaster: ReadonlyMap<string, MasterReading> = new Map<string, MasterReading>([
  [
    'link_status',
    masterReading(
      'master_link_up',
      'Whether the link to the master is up',
      'master_link_status',
      (text) => (text === 'up' ? 1 : 0),
    ),
  ],
  masterNumber(
    'last_io_seconds_ago',
    'Seconds since the master was last heard of; -1 while the link is down',
  ),
  masterNumber('sync_in_progress', 'Whether the master is sending all of its data'),
  masterNumber(
    'link_down_since_seconds',
    'Seconds since the link to the master broke; -1 if there was none yet',
  ),
  // Only while the master sends all of its data.
  masterNumber('sync_total_bytes', 'Bytes that the master sends; 0 is not known'),
  masterNumber('sync_read_bytes', 'Bytes that came of those that the master sends'),
  masterNumber(
    'sync_left_bytes',
    'Bytes still to come of those that the master sends; below 0 where their number is not known',
  ),
  [
    'sync_perc',
    masterReading(
      'master_sync_ratio',
      'Share that came of what the master sends, from 0 to 1',
      'master_sync_perc',
      readPercentage,
    ),
  ],
  [
    'sync_last_io_seconds_ago',
    masterReading(
      'master_sync_last_io_age_seconds',
      'Time since data of the master came last',
      'master_sync_last_io_seconds_ago',
      readNumber,
    ),
  ],
  [
    'link_up_since_seconds',
    newerReading(
      gauge,
      'master_link_up_since_seconds',
      'master_link_up_since_seconds',
      'Seconds since the link to the master came up',
    ),
  ],
  [
    'current_sync_attempts',
    newerReading(
      gauge,
      'master_current_sync_attempts',
      'master_current_sync_attempts',
      'Attempts to come into step with the master since the link broke last',
    ),
  ],
  [
    'total_sync_attempts',
    newerReading(
      counter,
      'master_total_sync_attempts',
      'master_sync_attempts_total',
      'Attempts to come into step with the master since it is the master',
    ),
  ],
  [
    'client_io_thread',
    newerReading(
      gauge,
      'master_client_io_thread',
      'master_client_io_thread',
      'Number of the I/O thread that serves the link to the master; 0 is the main thread',
      'Redis 8.6',
    ),
  ],
])

const masterField = new RegExp(`^master(_\\d+)?_(host|port|${[...ofMaster.keys()].join('|')})$`)

/** Fields of a replica that are never numbered: they belong to the master named last before them. */
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
  [
    'total_disconnect_time_sec',
    newerReading(
      counter,
      'total_disconnect_time_sec',
      'master_disconnect_seconds_total',
      'Seconds without a link to the master, from its first one on',
    ),
  ],
])

const replicaInfo = gauge(
  'slave_info',
  'What a replica is, in labels, for each of its masters; always 1 (INFO replication: role)',
  ['master_host', 'master_port', 'read_only'],
)

const readOnlyField = 'slave_read_only'

/** Everything of INFO replication that tells of the masters of this server. */
export const mastersPart: InfoPart = {
  metrics: [
    ...[...ofMaster.values(), ...ofReplica.values()].map(({ metric }) => metric),
    replicaInfo,
  ],
  fields: [...ofReplica.keys(), readOnlyField, masterField],
  read: readMasters,
}

async function readMasters(info: Info, poll: Poll): Promise<Sample[]> {
  const masters = await listMasters(info.sections.get('replication') ?? [])
  const isReplica = tellsReplica(info, masters)
  const read_only = labelField(info, 'replication', readOnlyField)
  return readList(roomBeside(1, poll), masters, (master) => {
    const labels = labelsOf(master)
    const readings = [...master.fields].flatMap(([part, { field, text }]) => {
      const reading = ofReplica.get(part) ?? ofMaster.get(part)
      if (!reading) return []
      return readSample(poll.reject, field, text, reading.read, (value) =>
        sample(reading.metric, value, labels),
      )
    })
    return isReplica ? [...readings, sample(replicaInfo, 1, { ...labels, read_only })] : readings
  })
}

interface Master {
  /** By the name without `master` and the number, such as `link_status`. */
  readonly fields: Map<string, Field>
}

interface Field {
  readonly field: string
  readonly text: string
}

/*
 * KeyDB replicates from several masters. Version 6 numbers the fields of all but the first, as
 * master_1_host; version 5 numbers none: what comes again begins the next master.
 */
async function listMasters(entries: InfoSection): Promise<readonly Master[]> {
  const masters: Master[] = []
  const latest = new Map<string, Master>()
  await inSlices(entries, ([field, text]) => {
    const numbered = masterField.exec(field)
    if (!numbered && !ofReplica.has(field)) return
    const [, number = '', part = field] = numbered ?? []
    const known = numbered ? latest.get(number) : masters.at(-1)
    const master = known && !known.fields.has(part) ? known : { fields: new Map() }
    if (master !== known) {
      masters.push(master)
      latest.set(number, master)
    }
    master.fields.set(part, { field, text })
  })
  return masters
}

function labelsOf({ fields }: Master) {
  return {
    master_host: fields.get('host')?.text ?? '',
    master_port: fields.get('port')?.text ?? '',
  }
}

// The role is `slave`, or `active-replica` on KeyDB.
function tellsReplica(info: Info, masters: readonly Master[]): boolean {
  const role = infoField(info, 'replication', 'role') ?? 'master'
  return role === 'slave' || (role !== 'master' && masters.length > 0)
}
