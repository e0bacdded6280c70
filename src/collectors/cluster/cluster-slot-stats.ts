import { createLargest } from '../../keyspace/largest.ts'
import { counter, gauge, type Metric, newer, type Sample, sample } from '../../metrics/metric.ts'
import type { Reply } from '../../redis/command.ts'
import { readPairs } from '../../redis/names-and-values.ts'
import { redisError } from '../../redis/redis-error.ts'
import { inSlices } from '../../yielding.ts'
import type { Collector, Poll } from '../collector.ts'
import { perRun } from '../reading/per-run.ts'
import { createSlotCounters } from './slot-counters.ts'

const since = 'Redis 8.2, Valkey 8.0'

const slots = newer(
  gauge('cluster_own_slots', 'Slots that belong to this node or its master (CLUSTER SLOT-STATS)'),
  since,
  'live: Redis 8.6.3, Valkey 9.1.2',
)

interface Row {
  readonly field: string
  /** Over all slots of the node. */
  readonly sum: Metric<never, never>
  readonly ofSlot: Metric<'slot', never>
  readonly divisor: number
}

function row(
  declare: typeof gauge,
  [field, name, help]: readonly [field: string, name: string, help: string],
  divisor = 1,
): Row {
  const source = `(CLUSTER SLOT-STATS: ${field})`
  const counted = declare === counter ? ', since the exporter looks at it' : ''
  const sum = declare(
    `cluster_own_slots_${name}`,
    `${help}, of all slots of the node${counted} ${source}`,
  )
  const ofSlot = declare(
    `cluster_slot_${name}`,
    `${help}, of a slot that has most${counted} ${source}`,
    ['slot'],
  )
  const of = <M extends Metric>(metric: M) =>
    field === 'memory-bytes'
      ? newer(metric, 'Redis 8.2', 'live: Redis 8.6.3')
      : newer(metric, since, 'live: Redis 8.6.3, Valkey 9.1.2')
  return { field, sum: of(sum), ofSlot: of(ofSlot), divisor }
}

// All but the keys need cluster-slot-stats-enabled; the server's counters begin anew with CONFIG
// RESETSTAT, and go with the slots that move to another node.
const rows: readonly Row[] = [
  row(gauge, ['key-count', 'keys', 'Keys']),
  row(gauge, ['memory-bytes', 'memory_bytes', 'Memory of keys']),
  row(counter, ['cpu-usec', 'cpu_seconds_total', 'Time that commands for keys took'], 1e6),
  row(counter, ['network-bytes-in', 'network_input_bytes_total', 'Bytes that came in for keys']),
  row(counter, ['network-bytes-out', 'network_output_bytes_total', 'Bytes that went out for keys']),
]

const slotCount = 16_384
// The server answers for so many slots in a fraction of a millisecond, and others have their turn.
const slotsAtOnce = 512
// The slots that have most of something; the sums tell what share of it that is.
const mostSlots = 10

/** All that is told of slots. */
export const slotMetrics: readonly Metric[] = [
  slots,
  ...rows.flatMap(({ sum, ofSlot }) => [sum, ofSlot]),
]

/** Sums up the slots of each node, of which it remembers what they counted. */
export function createClusterSlotStats(): Collector {
  const states = perRun(() => rows.map(() => createSlotCounters()))
  return {
    name: 'cluster-slot-stats',
    help: `sums over the slots of a node, and the ${mostSlots} slots that have most of each, from CLUSTER SLOT-STATS`,
    metrics: slotMetrics,
    schedule: 'slow',
    commands: ['cluster|slot-stats'],
    newerCommands: { 'cluster|slot-stats': 'Redis from 8.2 on, Valkey' },
    optIn: true,
    cost: 'half a microsecond of Redis for each slot of the node, in 32 commands with the scans: 2.6 ms for a third of all slots; 16 series, and up to 56 with cluster-slot-stats-enabled',
    appliesTo: ({ clusterEnabled, knows }) => clusterEnabled && knows('cluster|slot-stats'),
    forget: states.forget,
    async collect(poll) {
      const counters = states.of(await poll.info(), poll.unixSeconds)
      const sums = rows.map((one, index) => createSum(one, counters[index]))
      let count = 0
      for (let start = 0; start < slotCount; start += slotsAtOnce) {
        const range = [`${start}`, `${start + slotsAtOnce - 1}`]
        const all = readSlots(await poll.read('CLUSTER', 'SLOT-STATS', 'SLOTSRANGE', ...range))
        await inSlices(all, (slot) => {
          for (const one of sums) one.add(slot, poll.reject)
        })
        count += all.length
      }
      for (const one of counters) one.endReading()
      return [sample(slots, count), ...sums.flatMap((one) => one.samples())]
    },
  }
}

interface Slot {
  readonly slot: number
  readonly fields: ReadonlyMap<string, Reply>
}

function readSlots(reply: Reply): readonly Slot[] {
  if (!Array.isArray(reply) || reply.length > slotsAtOnce) throw notAsExpected()
  return reply.map((entry: Reply) => {
    const [slot, fields = null] = Array.isArray(entry) ? entry : []
    if (typeof slot !== 'number') throw notAsExpected()
    return { slot, fields: readPairs(fields) }
  })
}

function notAsExpected() {
  return redisError('parse', 'the reply of CLUSTER SLOT-STATS is not a list of slots')
}

/** Adds up one field, and finds the slots that have most of it; counters as they are remembered. */
function createSum({ field, sum, ofSlot, divisor }: Row, counters = createSlotCounters()) {
  const isCounter = sum.type === 'counter'
  const largest = createLargest(mostSlots)
  let all: number | undefined
  return {
    add({ slot, fields }: Slot, reject: Poll['reject']) {
      const told = fields.get(field)
      if (typeof told === 'number') {
        const value = isCounter ? counters.take(slot, told) : told
        all = isCounter ? counters.sum() : (all ?? 0) + value
        if (value > 0 && largest.mayHold(value)) largest.offer(`${slot}`, value)
      } else if (told !== undefined) reject(field, String(told))
    },
    samples: (): readonly Sample[] => [
      ...(all === undefined ? [] : [sample(sum, all / divisor)]),
      ...largest.all().map(({ name, size }) => sample(ofSlot, size / divisor, { slot: name })),
    ],
  }
}
