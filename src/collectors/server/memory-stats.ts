import { gauge, type Metric, newer, type Sample, sample } from '../../metrics/metric.ts'
import { readNumber } from '../../metrics/read-value.ts'
import type { Reply } from '../../redis/command.ts'
import { readPairs, readPairsInSlices } from '../../redis/names-and-values.ts'
import { inSlices } from '../../yielding.ts'
import type { Collector, Poll } from '../collector.ts'

const source = (field: string) => `(MEMORY STATS: ${field})`
const ofHashTables = 'Redis 7.4, Valkey 8.0'

// What INFO memory tells as well is left to that.
const rows: readonly { field: string; metric: Metric<never, never> }[] = [
  {
    field: 'keys.count',
    metric: gauge('memory_keys', `Keys in all databases ${source('keys.count')}`),
  },
  {
    field: 'keys.bytes-per-key',
    metric: gauge(
      'memory_per_key_bytes',
      `Memory beyond that of the start, by the number of keys ${source('keys.bytes-per-key')}`,
    ),
  },
  {
    field: 'overhead.db.hashtable.lut',
    metric: newer(
      gauge(
        'memory_overhead_hashtable_lut_bytes',
        `Memory of the buckets of the hash tables of keys ${source('overhead.db.hashtable.lut')}`,
      ),
      ofHashTables,
      'live: Redis 8.6.3, Valkey 9.1.2',
    ),
  },
  {
    field: 'db.dict.rehashing.count',
    metric: newer(
      gauge(
        'memory_hashtables_rehashing',
        `Hash tables of keys that are being rehashed ${source('db.dict.rehashing.count')}`,
      ),
      ofHashTables,
      'live: Redis 8.6.3, Valkey 9.1.2',
    ),
  },
]

const databaseRows: readonly { field: string; metric: Metric<'db', never> }[] = [
  {
    field: 'overhead.hashtable.main',
    metric: gauge(
      'memory_overhead_hashtable_main_bytes',
      `Memory of the hash table of the keys of a database ${source('overhead.hashtable.main')}`,
      ['db'],
    ),
  },
  {
    field: 'overhead.hashtable.expires',
    metric: gauge(
      'memory_overhead_hashtable_expires_bytes',
      `Memory of the hash table of the expiries of a database ${source('overhead.hashtable.expires')}`,
      ['db'],
    ),
  },
  {
    field: 'overhead.hashtable.slot-to-keys',
    metric: newer(
      gauge(
        'memory_overhead_hashtable_slot_to_keys_bytes',
        `Memory of what finds the keys of a slot ${source('overhead.hashtable.slot-to-keys')}`,
        ['db'],
      ),
      'Redis 7.0, until 7.2',
      'recorded',
    ),
  },
]

const mostDatabases = 100

export const memoryStats: Collector = {
  name: 'memory-stats',
  help: 'what MEMORY STATS tells beyond INFO, such as the overhead of each database',
  metrics: [...rows, ...databaseRows].map(({ metric }) => metric),
  commands: ['memory|stats'],
  optIn: true,
  cost: '9 µs of Redis a poll, with 1000 keys in 3 databases as with 500 clients; 2 or 3 series for each database with keys, 101 databases at most, and 4 others',
  appliesTo: (server) => server.mode !== 'sentinel' && server.knows('memory'),
  async collect(poll) {
    const stats = await readPairsInSlices(await poll.read('MEMORY', 'STATS'))
    const whole = rows.flatMap(({ field, metric }) =>
      readReply(poll.reject, field, stats.get(field)).map((value) => sample(metric, value)),
    )
    return [...whole, ...poll.take(await readDatabases(stats, poll.reject))]
  },
}

// Databases beyond the bound are summed.
async function readDatabases(
  stats: ReadonlyMap<string, Reply>,
  reject: Poll['reject'],
): Promise<Sample[]> {
  const all = databaseRows.map((row) => ({ ...row, sums: new Map<string, number>() }))
  let databases = 0
  await inSlices(stats, ([name, reply]) => {
    if (!/^db\.\d{1,9}$/.test(name)) return
    const db = databases < mostDatabases ? name.replace('.', '') : 'other'
    databases += 1
    const overheads = readPairs(reply)
    for (const { field, sums } of all)
      for (const value of readReply(reject, `${name} ${field}`, overheads.get(field)))
        sums.set(db, (sums.get(db) ?? 0) + value)
  })
  return all.flatMap(({ metric, sums }) =>
    [...sums].map(([db, value]) => sample(metric, value, { db })),
  )
}

// Whole numbers come as such, others as text in RESP2. None where the server sent none.
function readReply(
  reject: Poll['reject'],
  field: string,
  reply: Reply | undefined,
): readonly number[] {
  if (reply === undefined) return []
  const value = Array.isArray(reply) ? undefined : readNumber(String(reply))
  if (value !== undefined) return [value]
  reject(field, String(reply))
  return []
}
