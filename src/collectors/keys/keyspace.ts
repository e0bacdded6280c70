import { gauge, newer, type Sample, sample } from '../../metrics/metric.ts'
import { dividedBy } from '../../metrics/read-value.ts'
import type { Info } from '../../redis/info.ts'
import { parseNameValueList } from '../../redis/name-value-list.ts'
import type { Collector, Poll } from '../collector.ts'
import { countDatabases } from '../reading/databases.ts'
import { metricsOf, type PartRow, readParts } from '../reading/info-lines.ts'
import { readList } from '../reading/read-list.ts'

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
  'live: Redis 8.6.3, Valkey 9.1.2',
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
    let odd = 0
    for (const line of info.oddLines.get(section) ?? []) {
      // db0 Strings_keys=100, expires=0, invalid_keys=0, on Pika, with more lines for db0.
      const [name = ''] = line.split(' ', 1)
      poll.reject(name, line.slice(name.length))
      odd += 1
    }
    const readLine = ([name, text]: readonly [string, string]): readonly Sample[] => {
      const values = withKnown(parseNameValueList(text))
      const [isDatabase, hasKeys] = [databaseName.test(name), values.has(keysPart)]
      if (isDatabase && hasKeys) return readParts(name, values, parts, { db: name }, poll.reject)
      // Redis 8 lists size distributions beside the databases, kvrocks what all of them take.
      if (isDatabase || hasKeys) {
        poll.reject(name, text)
        odd += 1
      }
      return []
    }
    // Redis before 2.6 has no sections.
    const isElsewhere = ([name]: readonly [string, string]) => databaseName.test(name)
    const told = [
      ...(await readList(poll, info.sections.get(section) ?? [], readLine)),
      ...(await readList(poll, info.anywhere, readLine, isElsewhere)),
    ]
    // That a database is empty follows only from a list of which all is understood.
    const listed = listedDatabases(info)
    if (odd > 0 || !(info.sections.has(section) || listed.size > 0)) return told
    const empty = await readList(poll, databasesWithout(listed, databases), (db) => [
      sample(keys, 0, { db }),
      sample(expiring, 0, { db }),
    ])
    return [...told, ...empty]
  },
}

// Also those for which there was no more room.
function listedDatabases({ sections, anywhere }: Info): ReadonlySet<string> {
  const names = [...(sections.get(section) ?? []), ...anywhere].map(([name]) => name)
  return new Set(names.filter((name) => databaseName.test(name)))
}

function* databasesWithout(listed: ReadonlySet<string>, databases: number): Generator<string> {
  for (let index = 0; index < databases; index += 1)
    if (!listed.has(`db${index}`)) yield `db${index}`
}

// Dragonfly writes -1 for what it does not know.
function withKnown(values: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...values].filter(([, value]) => value !== '-1'))
}

// Only the empty ones need the number: INFO names the others.
async function countEmptyToo(poll: Poll): Promise<number> {
  return poll.settings.includeEmptyDatabases ? (await countDatabases(poll)).databases : 0
}
