import { shownKey } from '../../keyspace/key-label.ts'
import { gauge, type Metric, newer, type Sample, sample } from '../../metrics/metric.ts'
import type { BulkReply } from '../../redis/connection.ts'
import { pairsIn } from '../../redis/names-and-values.ts'
import { isRedisError, redisError } from '../../redis/redis-error.ts'
import { inSlices } from '../../yielding.ts'
import { collector, type Poll } from '../collector.ts'
import { keyOptions } from './key-options.ts'

const source = (field: string) => `(HOTKEYS GET: ${field})`

function declare<L extends string>(metric: Metric<L, never>): Metric<L, never> {
  return newer(metric, 'Redis 8.6', 'live: Redis 8.6.3')
}

interface Row<L extends string> {
  readonly field: string
  readonly metric: Metric<L, never>
  readonly divisor: number
}

function row(field: string, name: string, help: string, divisor = 1): Row<never> {
  return { field, metric: declare(gauge(name, `${help} ${source(field)}`)), divisor }
}

const rows: readonly Row<never>[] = [
  row(
    'collection-duration-ms',
    'hotkeys_collection_duration_seconds',
    'How long hot keys have been looked for',
    1e3,
  ),
  row(
    'all-commands-all-slots-us',
    'hotkeys_commands_cpu_seconds',
    'Time spent on all commands meanwhile',
    1e6,
  ),
  row(
    'all-commands-selected-slots-us',
    'hotkeys_selected_slots_commands_cpu_seconds',
    'Time spent on the commands of the selected slots, where some were selected',
    1e6,
  ),
  row(
    'sampled-commands-selected-slots-us',
    'hotkeys_selected_slots_sampled_commands_cpu_seconds',
    'Time spent on those of them that were looked at, where not all were',
    1e6,
  ),
  row(
    'net-bytes-all-commands-all-slots',
    'hotkeys_commands_network_bytes',
    'Traffic of all commands meanwhile',
  ),
  row(
    'net-bytes-all-commands-selected-slots',
    'hotkeys_selected_slots_commands_network_bytes',
    'Traffic of the commands of the selected slots, where some were selected',
  ),
  row(
    'net-bytes-sampled-commands-selected-slots',
    'hotkeys_selected_slots_sampled_commands_network_bytes',
    'Traffic of those of them that were looked at, where not all were',
  ),
  row(
    'total-net-bytes',
    'hotkeys_sampled_commands_network_bytes',
    'Traffic of the commands that were looked at',
  ),
  row(
    'total-cpu-time-user-ms',
    'hotkeys_process_cpu_user_seconds',
    'Time that the server has spent in user mode meanwhile, on whatever',
    1e3,
  ),
  row(
    'total-cpu-time-sys-ms',
    'hotkeys_process_cpu_sys_seconds',
    'Time that the server has spent in the kernel meanwhile, on whatever',
    1e3,
  ),
]

const sampledRatio = declare(
  gauge(
    'hotkeys_sampled_ratio',
    `Share of the keys that are looked at ${source('1 / sample-ratio')}`,
  ),
)
const selectedSlots = declare(
  gauge('hotkeys_selected_slots', `Hash slots that are looked at ${source('selected-slots')}`),
)

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

export const hotkeys = collector({
  name: 'hotkeys',
  help: 'the hot keys that HOTKEYS START made the server look for',
  metrics: [...[sampledRatio, selectedSlots], ...[...rows, ...keyRows].map(({ metric }) => metric)],
  commands: ['hotkeys|get'],
  newerCommands: { 'hotkeys|get': 'Redis from 8.6 on' },
  options: { hashKeyNames: keyOptions.hashKeyNames },
  optIn: true,
  cost: '50 µs of Redis per poll with 10 hot keys (8.6.3); the server does its part from HOTKEYS START on; 142 series at most',
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
      ...readCount(poll, 'sample-ratio', fields.get('sample-ratio')).map((value) =>
        sample(sampledRatio, 1 / value),
      ),
      ...readSlots(poll, fields.get('selected-slots')),
      ...rows.flatMap(({ field, metric, divisor }) =>
        readCount(poll, field, fields.get(field)).map((value) => sample(metric, value / divisor)),
      ),
      ...poll.take(ofKeys),
    ]
  },
})

// The fields stand in a list of one list, in the documentation's example in that list itself; and
// nothing stands there where nobody looks for hot keys.
function unwrapped(reply: BulkReply): BulkReply {
  const list = Array.isArray(reply) && reply.length === 1 ? reply[0] : reply
  return list ?? []
}

// Lists of a slot, or of the first and the last of some in a row.
function readSlots(poll: Poll, list: BulkReply | undefined): readonly Sample[] {
  if (list === undefined) return []
  const counts = (Array.isArray(list) ? list : [list]).map((range) => {
    const [first, last = first] = Array.isArray(range) ? range : []
    return typeof first === 'number' && typeof last === 'number' ? last - first + 1 : Number.NaN
  })
  const count = counts.reduce((sum, one) => sum + one, 0)
  if (!Number.isNaN(count)) return [sample(selectedSlots, count)]
  poll.reject('selected-slots', 'something other than slots')
  return []
}

// Keys beyond the bound are summed.
async function readKeys(
  poll: Poll<{ readonly hashKeyNames: boolean }>,
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
