import { toBinary } from '../../keyspace/binary-text.ts'
import { keyLabel } from '../../keyspace/key-label.ts'
import { gauge, histogram, newer, type Sample, sample } from '../../metrics/metric.ts'
import { clientId, parseClient } from '../../redis/client-lines.ts'
import { redisError } from '../../redis/redis-error.ts'
import { linesOf } from '../../redis/text-lines.ts'
import { inSlices } from '../../yielding.ts'
import type { Collector } from '../collector.ts'
import { type Client, tallyByFlag, tallyByName, tallySeconds, tallySum } from './client-tallies.ts'

// Users choose these names, so they are bounded, and the clients of all others counted as `other`.
const mostNames = 50
const mostUsers = 50
const mostLibraries = 20
const mostDatabases = 50

const byName = gauge(
  'clients_by_name',
  `Clients by the name that they gave themselves, the ${mostNames} most frequent and other (CLIENT LIST: name)`,
  ['name'],
)
const byUser = gauge(
  'clients_by_user',
  `Clients by the user that they are logged in as, the ${mostUsers} most frequent and other (CLIENT LIST: user)`,
  ['user'],
)
const byLibrary = newer(
  gauge(
    'clients_by_library',
    `Clients by their library and its version, the ${mostLibraries} most frequent and other (CLIENT LIST: lib-name, lib-ver)`,
    ['lib_name', 'lib_ver'],
  ),
  'Redis 7.2, Valkey 7.2',
  'live: Redis 8.6.3, Valkey 9.1.2',
)
const byDatabase = gauge(
  'clients_by_database',
  `Clients by the database that they use, the ${mostDatabases} most frequent and other (CLIENT LIST: db)`,
  ['db'],
)
const byFlag = gauge(
  'clients_by_flag',
  'Clients by flag; one may have several, normal stands for none (CLIENT LIST: flags)',
  ['flag'],
)
const idle = histogram(
  'clients_idle_seconds',
  'How long ago the clients of now last sent something; it falls as well, so without rate() (CLIENT LIST: idle)',
)
const age = histogram(
  'clients_age_seconds',
  'How long ago the clients of now connected; it falls as well, so without rate() (CLIENT LIST: age)',
)

const secondsBounds = [1, 10, 60, 300, 1800, 3600, 21_600, 86_400, 604_800]

const buffers = [
  buffer('qbuf', 'query_buffer', 'Length of the query buffer'),
  buffer('omem', 'output_buffer', 'Memory of the output list'),
  buffer('tot-mem', 'memory', 'Memory in all buffers'),
]

const traffic = [
  sumOfNow('tot-net-in', 'clients_net_input_bytes', 'Bytes that the clients of now have sent'),
  sumOfNow('tot-net-out', 'clients_net_output_bytes', 'Bytes that the clients of now were sent'),
  sumOfNow('tot-cmds', 'clients_commands', 'Commands that the clients of now have run'),
]

const tallies = [
  tallyByName(
    mostNames,
    (client) => client.get('name'),
    (name, count) => sample(byName, count, { name: shortened(name) }),
  ),
  tallyByName(
    mostUsers,
    (client) => client.get('user'),
    (user, count) => sample(byUser, count, { user: shortened(user) }),
  ),
  tallyByName(mostLibraries, libraryOf, (library, count) => {
    const [name = '', version = ''] = library.split('\n')
    return sample(byLibrary, count, { lib_name: shortened(name), lib_ver: shortened(version) })
  }),
  tallyByName(mostDatabases, databaseOf, (db, count) =>
    sample(byDatabase, count, { db: shortened(db) }),
  ),
  tallyByFlag(byFlag),
  tallySeconds('idle', idle, secondsBounds),
  tallySeconds('age', age, secondsBounds),
  ...buffers.map(({ field, sum, largest }) => tallySum(field, sum, largest)),
  ...traffic.map(({ field, sum }) => tallySum(field, sum)),
]

export const clientsAggregate: Collector = {
  name: 'clients-aggregate',
  help: 'clients counted by name, user, library, database, flag, idle time and age, from CLIENT LIST',
  metrics: [
    ...[byName, byUser, byLibrary, byDatabase, byFlag, idle, age],
    ...buffers.flatMap(({ sum, largest }) => [largest, sum]),
    ...traffic.map(({ sum }) => sum),
  ],
  commands: ['client|list'],
  alsoOfSentinel: true,
  optIn: true,
  cost: 'one CLIENT LIST, shared with `--export-client-list`: 15 µs of Redis per poll with 10 clients, 1.2 ms with 1,000, 14 ms with 10,000 (7.0.15); 227 series at most',
  appliesTo: (server) => server.knows('client'),
  async collect(poll) {
    const { read, reject } = poll
    const reply = await read('CLIENT', 'LIST')
    if (typeof reply !== 'string') throw redisError('parse', 'CLIENT LIST gave no text')
    const started = tallies.map((start) => start(reject))
    await inSlices(linesOf(reply), (line) => {
      if (clientId(line) === undefined) return reject('client', line)
      const client = parseClient(line)
      for (const tally of started) tally.add(client)
    })
    const samples: Sample[] = []
    // To sort ten thousand names takes a while, so each tally is a slice of its own.
    await inSlices(started, (tally) => void samples.push(...tally.samples()))
    return poll.take(samples)
  },
}

function buffer(field: string, name: string, help: string) {
  return {
    field,
    largest: gauge(
      `client_largest_${name}_bytes`,
      `${help} of the client that has most (CLIENT LIST: ${field})`,
    ),
    sum: gauge(`clients_${name}_bytes`, `${help}, of all clients (CLIENT LIST: ${field})`),
  }
}

// It falls when a client leaves, so it is no counter.
function sumOfNow(field: string, name: string, help: string) {
  const metric = gauge(name, `${help} since they connected (CLIENT LIST: ${field})`)
  return {
    field,
    sum: newer(metric, 'Valkey 8.0, later Redis 8', 'live: Redis 8.6.3, Valkey 9.1.2'),
  }
}

// One text for both: neither holds a line end.
function libraryOf(client: Client): string | undefined {
  const version = client.get('lib-ver') || ''
  return version ? `${client.get('lib-name') ?? ''}\n${version}` : client.get('lib-name')
}

function databaseOf(client: Client): string | undefined {
  const db = client.get('db')
  return db === undefined ? undefined : `db${db}`
}

function shortened(text: string): string {
  return keyLabel(toBinary(text))
}
