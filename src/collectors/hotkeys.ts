import { shownKey } from '../keyspace/key-label.ts'
import { gauge, type Metric, newer, type Sample, sample } from '../metrics/metric.ts'
import type { BulkReply } from '../redis/bulk-connection.ts'
import { pairsIn } from '../redis/name-value-pairs.ts'
import { isRedisError, redisError } from '../redis/redis-error.ts'
import { inSlices } from '../yielding.ts'
import type { Collector, Poll } from './collector.ts'

const source = (field: string) => `(HOTKEYS GET: ${field})`

function declare<L extends string>(metric: Metric<L, never>): Metric<L, never> {
  return newer(metric, 'Redis 8.6', 'documented')
}

interface Row<L extends string> {
  readonly field: string
  readonly metric: Metric<L, never>
  readonly divisor: number
}

const rows: readonly Row<never>[] = [
  {
    field: 'sample-ratio',
    metric: declare(
      gauge('hotkeys_sample_ratio', `One of so many is looked at ${source('sample-ratio')}`),
    ),
    divisor: 1,
  },
  {
    field: 'collection-duration-ms',
    metric: declare(
      gauge(
        'hotkeys_collection_duration_seconds',
        `How long hot keys have been looked for ${source('collection-duration-ms')}`,
      ),
    ),
    divisor: 1e3,
  },
  {
    field: 'all-commands-all-slots-us',
    metric: declare(
      gauge(
        'hotkeys_commands_cpu_seconds',
        `Time spent on all commands meanwhile ${source('all-commands-all-slots-us')}`,
      ),
    ),
    divisor: 1e6,
  },
  {
    field: 'net-bytes-all-commands-all-slots',
    metric: declare(
      gauge(
        'hotkeys_commands_network_bytes',
        `Traffic of all commands meanwhile ${source('net-bytes-all-commands-all-slots')}`,
      ),
    ),
    divisor: 1,
  },
]

const keyRows: readonly Row<'key'>[] = [
  {
    field: 'by-cpu-time-us',
    metric: declare(
      gauge('hotkeys_key_cpu_seconds', `Time spent on a hot key ${source('by-cpu-time-us')}`, [
        'key',
      ]),
    ),
    divisor: 1e6,
  },
  {
    field: 'by-net-bytes',
    metric: declare(
      gauge('hotkeys_key_network_bytes', `Traffic of a hot key ${source('by-net-bytes')}`, ['key']),
    ),
    divisor: 1,
  },
]

// HOTKEYS START takes no more.
const mostKeys = 64

export const hotkeys: Collector = {
  name: 'hotkeys',
  help: 'the hot keys that HOTKEYS START made the server look for',
  metrics: [...rows, ...keyRows].map(({ metric }) => metric),
  commands: ['hotkeys|get'],
  optIn: true,
  cost: 'not measured, for want of a server; the server does its part from HOTKEYS START on; 134 series at most',
  appliesTo: (server) => server.knows('hotkeys|get'),
  async collect(poll) {
    // The names of keys need not be text.
    const [reply = null] = await poll.readIn(0, [['HOTKEYS', 'GET']])
    if (isRedisError(reply)) throw reply
    const fields = new Map(pairs(unwrapped(reply)))
    const ofKeys: Sample[] = []
    for (const row of keyRows)
      ofKeys.push(...(await readKeys(poll, row, fields.get(row.field) ?? [])))
    return [
      ...rows.flatMap(({ field, metric, divisor }) =>
        readCount(poll, field, fields.get(field)).map((value) => sample(metric, value / divisor)),
      ),
      ...poll.take(ofKeys),
    ]
  },
}

// The fields stand in a list of one list, in the documentation's example in that list itself; and
// nothing stands there where nobody looks for hot keys.
function unwrapped(reply: BulkReply): BulkReply {
  const list = Array.isArray(reply) && reply.length === 1 ? reply[0] : reply
  return list ?? []
}

// Keys beyond the bound are summed.
async function readKeys(
  poll: Poll,
  { field, metric, divisor }: Row<'key'>,
  list: BulkReply,
): Promise<Sample[]> {
  const sums = new Map<string, number>()
  let keys = 0
  await inSlices(pairs(list), ([key, reply]) => {
    const name = keys < mostKeys ? shownKey(key, poll.settings) : 'other'
    keys += 1
    for (const value of readCount(poll, field, reply)) sums.set(name, (sums.get(name) ?? 0) + value)
  })
  return [...sums].map(([key, value]) => sample(metric, value / divisor, { key }))
}

function pairs(list: BulkReply): Iterable<readonly [name: string, value: BulkReply]> {
  if (!Array.isArray(list)) throw redisError('parse', 'HOTKEYS GET gave something other than lists')
  return pairsIn<BulkReply>(list)
}

// Whole numbers, all of them. None where the server sent none.
function readCount(poll: Poll, field: string, reply: BulkReply | undefined): readonly number[] {
  if (reply === undefined) return []
  if (typeof reply === 'number') return [reply]
  poll.reject(field, 'something other than a number')
  return []
}
