import { gauge, newer, type Sample, sample } from '../metrics/metric.ts'
import { dividedBy } from '../metrics/read-value.ts'
import { parseNameValueList } from '../redis/name-value-list.ts'
import type { Collector, Poll } from './collector.ts'
import { countDatabases } from './databases.ts'
import { metricsOf, type PartRow, readParts } from './info-lines.ts'

const keys = gauge('db_keys', 'Keys in a database (INFO keyspace: keys)', ['db'])
const expiring = gauge('db_keys_expiring', 'Keys with an expiry (INFO keyspace: expires)', ['db'])

const expiringItems = newer(
  gauge(
    'db_keys_with_expiring_items',
    'Keys with hash fields that have an expiry (INFO keyspace: subexpiry, keys_with_volatile_items)',
    ['db'],
  ),
  'Redis 7.4, Valkey 9.0',
  'live: Redis 7.0.15',
)

const parts: readonly PartRow<'db'>[] = [
  { part: 'keys', metric: keys },
  { part: 'expires', metric: expiring },
  {
    part: 'avg_ttl',
    metric: gauge(
      'db_avg_ttl_seconds',
      'Average time to live of the keys with an expiry (INFO keyspace: avg_ttl)',
      ['db'],
    ),
    read: dividedBy(1e3),
  },
  {
    part: 'cached_keys',
    metric: gauge('db_keys_cached', 'Keys held in memory, on KeyDB (INFO keyspace: cached_keys)', [
      'db',
    ]),
  },
  { part: 'subexpiry', metric: expiringItems },
  { part: 'keys_with_volatile_items', metric: expiringItems },
]

export const keyspace: Collector = {
  name: 'keyspace',
  help: 'keys of each database, from INFO keyspace; empty databases too',
  metrics: metricsOf(parts),
  commands: ['config|get'],
  async collect(poll) {
    const [info, databases] = await Promise.all([poll.info(), countEmptyToo(poll)])
    const samples: Sample[] = []
    const filled = new Set<string>()
    for (const [db, text] of info.sections.get('keyspace') ?? []) {
      // Redis 8 lists size distributions beside the databases: db0_distrib_strings_sizes.
      if (!/^db\d+$/.test(db)) continue
      filled.add(db)
      samples.push(...readParts(db, parseNameValueList(text), parts, { db }, poll.reject))
    }
    for (let index = 0; index < databases; index += 1) {
      const db = `db${index}`
      if (!filled.has(db)) samples.push(sample(keys, 0, { db }), sample(expiring, 0, { db }))
    }
    return samples
  },
}

// Only the empty ones need the number: INFO names the others.
async function countEmptyToo(poll: Poll): Promise<number> {
  return poll.settings.includeEmptyDatabases ? await countDatabases(poll) : 0
}
