import { gauge, newer, sample } from '../metrics/metric.ts'
import { dividedBy } from '../metrics/read-value.ts'
import type { Info } from '../redis/info.ts'
import { parseNameValueList } from '../redis/name-value-list.ts'
import type { Collector, Poll } from './collector.ts'
import { countDatabases } from './databases.ts'
import { metricsOf, type PartRow, readParts } from './info-lines.ts'

const section = 'keyspace'
const databaseName = /^db\d+$/

const keys = gauge('db_keys', 'Keys in a database (INFO keyspace: keys)', ['db'])
const expiring = gauge('db_keys_expiring', 'Keys with an expiry (INFO keyspace: expires)', ['db'])

const expiringItems = newer(
  gauge(
    'db_keys_with_expiring_items',
    'Keys with hash fields that have an expiry (INFO keyspace: subexpiry, keys_with_volatile_items)',
    ['db'],
  ),
  'Redis 7.4, Valkey 9.0',
  'live',
)

const keysPart = 'keys'

const parts: readonly PartRow<'db'>[] = [
  { part: keysPart, metric: keys },
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

export const keyspace: Collector = {
  name: 'keyspace',
  help: 'keys of each database, from INFO keyspace; empty databases too',
  metrics: metricsOf(parts),
  commands: ['config|get'],
  async collect(poll) {
    const [info, databases] = await Promise.all([poll.info(), countEmptyToo(poll)])
    const { lines, odd } = readLines(info)
    for (const [name, text] of odd) poll.reject(name, text)
    const samples = lines.flatMap(({ db, values }) =>
      readParts(db, values, parts, { db }, poll.reject),
    )
    // That a database is empty follows only from a list of which all is understood.
    if (odd.length > 0 || !(info.sections.has(section) || lines.length > 0)) return samples
    const filled = new Set(lines.map(({ db }) => db))
    for (let index = 0; index < databases; index += 1) {
      const db = `db${index}`
      if (!filled.has(db)) samples.push(sample(keys, 0, { db }), sample(expiring, 0, { db }))
    }
    return samples
  },
}

interface Line {
  readonly db: string
  readonly values: ReadonlyMap<string, string>
}

/** The lines of databases, and what else looks as if it told of keys. */
function readLines(info: Info): { lines: readonly Line[]; odd: readonly [string, string][] } {
  const lines: Line[] = []
  const odd = (info.oddLines.get(section) ?? []).map((line): [string, string] => {
    // db0 Strings_keys=100, expires=0, invalid_keys=0, on Pika, with more lines for db0.
    const [name = ''] = line.split(' ', 1)
    return [name, line.slice(name.length)]
  })
  // Redis before 2.6 has no sections.
  const elsewhere = [...info.anywhere].filter(([name]) => databaseName.test(name))
  for (const [name, text] of [...(info.sections.get(section) ?? []), ...elsewhere]) {
    const values = withKnown(parseNameValueList(text))
    const hasKeys = values.has(keysPart)
    if (databaseName.test(name) && hasKeys) lines.push({ db: name, values })
    // Redis 8 lists size distributions beside the databases, kvrocks what all of them take.
    else if (databaseName.test(name) || hasKeys) odd.push([name, text])
  }
  return { lines, odd }
}

// Dragonfly writes -1 for what it does not know.
function withKnown(values: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...values].filter(([, value]) => value !== '-1'))
}

// Only the empty ones need the number: INFO names the others.
async function countEmptyToo(poll: Poll): Promise<number> {
  return poll.settings.includeEmptyDatabases ? await countDatabases(poll) : 0
}
