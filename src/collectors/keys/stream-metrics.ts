import { counter, gauge, type Metric, newer, type Sample } from '../../metrics/metric.ts'
import type { BulkReply } from '../../redis/connection.ts'

type ReadField = (reply: BulkReply) => number | undefined

/** A field of a reply of XINFO and the metric that it becomes. */
interface Row<L extends string> {
  readonly field: string
  readonly metric: Metric<L, never>
  readonly read: ReadField
}

function rowsOf<const L extends string>(command: string, labels: readonly L[]) {
  return (
    declare: typeof gauge,
    field: string,
    name: string,
    help: string,
    read: ReadField = readCount,
  ): Row<L> => ({ field, metric: declare(name, `${help} (${command}: ${field})`, labels), read })
}

const stream = rowsOf('XINFO STREAM', ['db', 'stream'])
const group = rowsOf('XINFO GROUPS', ['db', 'stream', 'group'])
const consumer = rowsOf('XINFO CONSUMERS', ['db', 'stream', 'group', 'consumer'])

// Of an id, which is a time in milliseconds and a number, the time becomes the value.
export const streamRows = [
  stream(gauge, 'length', 'stream_length', 'Entries of a stream'),
  stream(gauge, 'radix-tree-keys', 'stream_radix_tree_keys', 'Keys of the tree of entries'),
  stream(gauge, 'radix-tree-nodes', 'stream_radix_tree_nodes', 'Nodes of the tree of entries'),
  stream(gauge, 'last-generated-id', 'stream_last_generated_id', 'Time of the newest id', readId),
  stream(gauge, 'groups', 'stream_groups', 'Consumer groups of a stream'),
  stream(
    gauge,
    'max-deleted-entry-id',
    'stream_max_deleted_entry_id',
    'Time of the largest id that was deleted; 0 is none',
    readId,
  ),
  stream(
    gauge,
    'first-entry',
    'stream_first_entry_id',
    'Time of the id of the first entry; 0 is none',
    readEntryId,
  ),
  stream(
    gauge,
    'last-entry',
    'stream_last_entry_id',
    'Time of the id of the last entry; 0 is none',
    readEntryId,
  ),
  stream(counter, 'entries-added', 'stream_entries_added_total', 'Entries ever added'),
  // Redis 8.6 knows producers and the ids that they give, and adds none of these twice.
  ...[
    stream(
      gauge,
      'idmp-duration',
      'stream_idmp_duration_seconds',
      'How long the ids of producers are kept',
    ),
    stream(gauge, 'idmp-maxsize', 'stream_idmp_maxsize', 'Ids that are kept of a producer at most'),
    stream(gauge, 'pids-tracked', 'stream_pids_tracked', 'Producers whose ids are kept'),
    stream(gauge, 'iids-tracked', 'stream_iids_tracked', 'Ids of producers that are kept'),
    stream(
      counter,
      'iids-added',
      'stream_iids_added_total',
      'Entries added by an id of a producer',
    ),
    stream(
      counter,
      'iids-duplicates',
      'stream_iids_duplicates_total',
      'Entries not added, as the id of the producer was there',
    ),
  ].map((row) => ({ ...row, metric: newer(row.metric, 'Redis 8.6', 'live: Redis 8.6.3') })),
]

export const groupRows = [
  group(gauge, 'consumers', 'stream_group_consumers', 'Consumers of a group'),
  group(
    gauge,
    'pending',
    'stream_group_messages_pending',
    'Entries that a group was given and has not acknowledged',
  ),
  group(
    gauge,
    'last-delivered-id',
    'stream_group_last_delivered_id',
    'Time of the newest id that a group was given',
    readId,
  ),
  group(
    gauge,
    'entries-read',
    'stream_group_entries_read',
    'Entries that a group has read; absent where the server does not know',
  ),
  group(
    gauge,
    'lag',
    'stream_group_lag',
    'Entries that a group has not read; absent where the server does not know',
  ),
]

export const consumerRows = [
  consumer(
    gauge,
    'pending',
    'stream_group_consumer_messages_pending',
    'Entries that a consumer was given and has not acknowledged',
  ),
  consumer(
    gauge,
    'idle',
    'stream_group_consumer_idle_seconds',
    'How long ago a consumer asked for entries',
    readSeconds,
  ),
]

/** All that is told of streams. */
export const streamMetrics: readonly Metric[] = [...streamRows, ...groupRows, ...consumerRows].map(
  ({ metric }) => metric,
)

/** A stream without groups has so many series on servers before 7, which tell the least. */
export const leastSeriesOfStream = 7

/** The samples of the fields that are there; what cannot be read is told. */
export function streamSamples<L extends string>(
  rows: readonly Row<L>[],
  fields: ReadonlyMap<string, BulkReply>,
  labels: Readonly<Record<L, string>>,
  reject: (field: string) => void,
): readonly Sample[] {
  return rows.flatMap(({ field, metric, read }) => {
    const reply = fields.get(field)
    if (reply === undefined) return []
    // Nil is no number: the server does not know it.
    if (reply === null && read !== readEntryId) return []
    const value = read(reply)
    if (value === undefined) reject(field)
    return value === undefined ? [] : [{ metric, value, labels }]
  })
}

function readCount(reply: BulkReply): number | undefined {
  return typeof reply === 'number' ? reply : undefined
}

function readSeconds(reply: BulkReply): number | undefined {
  return typeof reply === 'number' ? reply / 1e3 : undefined
}

function readId(reply: BulkReply): number | undefined {
  const [, time] = (typeof reply === 'string' && /^(\d+)(-\d+)?$/.exec(reply)) || []
  return time === undefined ? undefined : Number(time)
}

// An entry is its id and its fields and values, which are the users' and not read.
function readEntryId(reply: BulkReply): number | undefined {
  // Of a stream without entries it is nil, which dashboards know as 0.
  if (reply === null) return 0
  return Array.isArray(reply) ? readId(reply[0] ?? null) : undefined
}
