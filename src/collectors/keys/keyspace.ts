import { gauge, newer, sample } from '../../metrics/metric.ts'
import { dividedBy } from '../../metrics/read-value.ts'
import { flag } from '../../options/value-kinds.ts'
import { collector, type Poll } from '../collector.ts'
import { databaseLines, oddDatabaseLines, readDatabaseKeys } from '../reading/database-lines.ts'
import { countDatabases } from '../reading/databases.ts'
import { metricsOf, type PartRow, readParts } from '../reading/info-lines.ts'
import { readList } from '../reading/read-list.ts'

const keys = gauge('db_keys', 'Keys in a database (INFO keyspace: keys)', ['db'])
const expiring = gauge('db_keys_expiring', 'Keys with an expiry (INFO keyspace: expires)', ['db'])

const expiringItems = newer(
  gauge(
    'db_keys_with_expiring_items',
    'Keys with hash fields that have an expiry (INFO keyspace: subexpiry, keys_with_volatile_items)',
    ['db'],
  ),
  'Redis 7.4, Valkey 9.0',
  'live: Redis 8.6.3, Valkey 9.1.2',
)

const parts: readonly PartRow<'db'>[] = [
  { part: 'keys', metric: keys },
  { part: 'expires', metric: expiring },
  {
    part: 'avg_ttl',
    metric: gauge(
      'db_avg_ttl_seconds',
      'Average time to live of the keys with an expiry; 0 where none has one (INFO keyspace: avg_ttl)',
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

export const keyspace = collector({
  name: 'keyspace',
  help: 'keys of each database, from INFO keyspace; empty databases too',
  metrics: metricsOf(parts),
  commands: ['config|get'],
  options: {
    includeEmptyDatabases: {
      flags: ['include-metrics-for-empty-databases'],
      env: ['REDIS_EXPORTER_INCL_METRICS_FOR_EMPTY_DATABASES'],
      scope: 'target',
      group: 'Optional metrics',
      help: 'Export db_keys and db_keys_expiring of databases without keys',
      kind: flag,
      default: 'true',
    },
  },
  async collect(poll) {
    const [info, databases] = await Promise.all([poll.info(), countEmptyToo(poll)])
    for (const line of oddDatabaseLines(info)) {
      // db0 Strings_keys=100, expires=0, invalid_keys=0, on Pika, with more lines for db0.
      const [name = ''] = line.split(' ', 1)
      poll.reject(name, line.slice(name.length))
    }
    const told = await readList(poll, databaseLines(info), ({ name, text, database, values }) => {
      if (database !== undefined) return readParts(name, values, parts, { db: name }, poll.reject)
      poll.reject(name, text)
      return []
    })
    const { keysIn, named } = await readDatabaseKeys(info, poll.server.loading)
    const empty = await readList(poll, databasesWithout(new Set(named), databases), (database) => {
      const db = `db${database}`
      return keysIn(database) === 0 ? [sample(keys, 0, { db }), sample(expiring, 0, { db })] : []
    })
    return [...told, ...empty]
  },
})

function* databasesWithout(named: ReadonlySet<number>, databases: number): Generator<number> {
  for (let database = 0; database < databases; database += 1)
    if (!named.has(database)) yield database
}

// Only the empty ones need the number: INFO names the others.
async function countEmptyToo(poll: Poll<{ includeEmptyDatabases: boolean }>): Promise<number> {
  return poll.settings.includeEmptyDatabases ? (await countDatabases(poll)).databases : 0
}
