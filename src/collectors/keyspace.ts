import { gauge, type Metric, type Sample, sample } from '../metrics/metric.ts'
import { dividedBy, type ReadValue, readNumber } from '../metrics/read-value.ts'
import { parseNameValueList } from '../redis/name-value-list.ts'
import type { Collector, Poll } from './collector.ts'
import { countDatabases } from './databases.ts'
import { readSample } from './read-sample.ts'

const keys = gauge('db_keys', 'Keys in a database (INFO keyspace: keys)', ['db'])
const expiring = gauge('db_keys_expiring', 'Keys with an expiry (INFO keyspace: expires)', ['db'])

const parts: readonly { part: string; metric: Metric<'db', never>; read: ReadValue }[] = [
  { part: 'keys', metric: keys, read: readNumber },
  { part: 'expires', metric: expiring, read: readNumber },
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
    read: readNumber,
  },
]

export const keyspace: Collector = {
  name: 'keyspace',
  help: 'keys of each database, from INFO keyspace; empty databases too',
  metrics: parts.map(({ metric }) => metric),
  commands: ['config|get'],
  async collect(poll) {
    const [info, databases] = await Promise.all([poll.info(), countEmptyToo(poll)])
    const samples: Sample[] = []
    const filled = new Set<string>()
    for (const [db, text] of info.sections.get('keyspace') ?? []) {
      // Redis 8 lists size distributions beside the databases: db0_distrib_strings_sizes.
      if (!/^db\d+$/.test(db)) continue
      filled.add(db)
      samples.push(...readDatabase(db, text, poll.reject))
    }
    for (let index = 0; index < databases; index += 1) {
      const db = `db${index}`
      if (!filled.has(db)) samples.push(sample(keys, 0, { db }), sample(expiring, 0, { db }))
    }
    return samples
  },
}

function readDatabase(db: string, text: string, reject: Poll['reject']): Sample[] {
  const values = parseNameValueList(text)
  return parts.flatMap(({ part, metric, read }) =>
    readSample(reject, `${db} ${part}`, values.get(part), read, (value) =>
      sample(metric, value, { db }),
    ),
  )
}

// Only the empty ones need the number: INFO names the others.
async function countEmptyToo(poll: Poll): Promise<number> {
  return poll.settings.includeEmptyDatabases ? await countDatabases(poll) : 0
}
