import { gauge, type Metric, type Sample, sample } from '../../metrics/metric.ts'
import { readNumber } from '../../metrics/read-value.ts'
import type { Options, Values } from '../../options/option.ts'
import { flag, wholeNumber } from '../../options/value-kinds.ts'
import { clientId, parseClient, splitAddress } from '../../redis/client-lines.ts'
import { redisError } from '../../redis/redis-error.ts'
import { linesOf } from '../../redis/text-lines.ts'
import { inSlices } from '../../yielding.ts'
import { collector, type Poll } from '../collector.ts'
import { giveList } from '../reading/read-list.ts'
import { readSample } from '../reading/read-sample.ts'

const info = gauge(
  'connected_client_info',
  'A client connection; always 1 (CLIENT LIST)',
  ['id', 'name', 'flags', 'db', 'host'],
  ['port', 'user', 'resp'],
)

interface Row {
  readonly field: string
  readonly metric: Metric<'id' | 'name', never>
  /** For fields that hold how many seconds ago something was. */
  readonly isAge?: boolean
}

function row(field: string, name: string, help: string): Row {
  const metric = gauge(`connected_client_${name}`, `${help} (CLIENT LIST: ${field})`, [
    'id',
    'name',
  ])
  return { field, metric }
}

const rows: readonly Row[] = [
  { ...row('age', 'created_at_timestamp', 'When a client connected'), isAge: true },
  { ...row('idle', 'idle_since_timestamp', 'When a client last sent something'), isAge: true },
  row('sub', 'channel_subscriptions_count', 'Channels that a client has subscribed to'),
  row('psub', 'pattern_matching_subscriptions_count', 'Patterns that a client has subscribed to'),
  row(
    'ssub',
    'shard_channel_subscriptions_count',
    'Shard channels that a client has subscribed to, from Redis 7.0.3 on',
  ),
  row('watch', 'shard_channel_watched_keys', 'Keys that a client watches, from Redis 7.4 on'),
  row('qbuf', 'query_buffer_length_bytes', 'Length of the query buffer of a client'),
  row('qbuf-free', 'query_buffer_free_space_bytes', 'Free space in the query buffer of a client'),
  row('obl', 'output_buffer_length_bytes', 'Length of the output buffer of a client'),
  row('oll', 'output_list_length', 'Replies that wait in the output list of a client'),
  row('omem', 'output_buffer_memory_usage_bytes', 'Memory of the output list of a client'),
  row('tot-mem', 'total_memory_consumed_bytes', 'Memory that a client takes in all its buffers'),
]

const options = {
  exportClientList: {
    flags: ['export-client-list'],
    env: ['REDIS_EXPORTER_EXPORT_CLIENT_LIST'],
    scope: 'target',
    group: 'Optional metrics',
    help: 'Export series for each client connection',
    kind: flag,
    default: 'false',
  },
  exportClientPort: {
    flags: ['export-client-port'],
    env: ['REDIS_EXPORTER_EXPORT_CLIENT_PORT'],
    scope: 'target',
    group: 'Optional metrics',
    needs: ['export-client-list'],
    help: 'Add the port to the series of client connections; many series over time',
    kind: flag,
    default: 'false',
  },
  clientListMaxSeries: {
    flags: ['client-list.max-series'],
    env: ['REDIS_EXPORTER_CLIENT_LIST_MAX_SERIES'],
    scope: 'target',
    group: 'Optional metrics',
    needs: ['export-client-list'],
    help: 'Series for client connections at most; what is left out is counted',
    kind: wholeNumber(1, 1_000_000),
    default: '5000',
  },
} as const satisfies Options

type Reading = Poll<Values<typeof options>>

export const clientList = collector({
  name: 'client-list',
  help: 'each client connection, from CLIENT LIST, with --export-client-list',
  metrics: [info, ...rows.map(({ metric }) => metric)],
  commands: ['client|list'],
  alsoOfSentinel: true,
  options,
  example: { exportClientList: 'true', exportClientPort: 'true' },
  isWanted: ({ exportClientList }) => exportClientList,
  appliesTo: (server) => server.knows('client'),
  async collect(poll) {
    const reply = await poll.read('CLIENT', 'LIST')
    if (typeof reply !== 'string') throw redisError('parse', 'CLIENT LIST gave no text')
    await giveList(poll, await choose(reply, poll), (line) => readClient(line, poll))
    return []
  },
})

/*
 * The lines that the bound has room for. Ids rise, so the clients that are there longest are told
 * of, and the same ones from poll to poll; the others are counted and not read any further.
 */
async function choose(reply: string, poll: Reading): Promise<readonly string[]> {
  const chosen: { id: number; line: string }[] = []
  let clients = 0
  let series = 0
  const room = () => Math.floor(poll.settings.clientListMaxSeries / Math.max(series, 1))
  await inSlices(linesOf(reply), (line) => {
    const id = clientId(line)
    if (id === undefined) return poll.reject('client', line)
    if (clients === 0) series = countSeries(line)
    clients += 1
    chosen.push({ id, line })
    // Fifty thousand at once would take a while to sort.
    if (chosen.length >= 2 * room() + 100) keepOldest(chosen, room())
  })
  keepOldest(chosen, room())
  poll.leaveOut((clients - chosen.length) * series)
  return chosen.map(({ line }) => line)
}

function keepOldest(clients: { id: number }[], most: number): void {
  clients.sort((one, other) => one.id - other.id)
  clients.length = Math.min(clients.length, most)
}

// A server tells the same fields of all its clients.
function countSeries(line: string): number {
  const fields = parseClient(line)
  return 1 + rows.filter(({ field }) => fields.has(field)).length
}

function readClient(line: string, { settings, unixSeconds, reject }: Reading): Sample[] {
  const fields = parseClient(line)
  const field = (name: string) => fields.get(name) ?? ''
  const named = { id: field('id'), name: field('name') }
  const { host, port } = splitAddress(field('addr'))
  const now = Math.floor(unixSeconds)
  const client = sample(info, 1, {
    ...named,
    flags: field('flags'),
    db: field('db'),
    host,
    ...(settings.exportClientPort ? { port } : {}),
    ...(field('user') ? { user: field('user') } : {}),
    ...(field('resp') ? { resp: field('resp') } : {}),
  })
  const values = rows.flatMap(({ field: name, metric, isAge }) =>
    readSample(reject, name, fields.get(name), readNumber, (value) =>
      sample(metric, isAge ? now - value : value, named),
    ),
  )
  return [client, ...values]
}
