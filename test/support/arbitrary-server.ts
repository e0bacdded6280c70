import fc from 'fast-check'
import type { Command, Reply } from '../../src/redis/command.ts'
import { fromErrorReply } from '../../src/redis/redis-error.ts'
import { anyCharacter } from './any-character.ts'
import { everythingWanted } from './everything-wanted.ts'
import type { Answer, FakeServer } from './fake-poll.ts'
import { readFixture, readTable, recordedInfos } from './fixtures.ts'

const recordedTexts = recordedInfos.map(readFixture)

/** Values that a server may print where a number or a list of parts is expected. */
const oddValue = fc.oneof(
  fc.constantFrom('', '0', '-1', '1.5', '1e309', 'nan', '-nan', 'inf', '-inf', '0x10', ' 7', 'ok'),
  fc.constantFrom('keys=1,expires=x,avg_ttl=', 'calls=,usec=2', 'calls=1,usec=nan', 'count=two'),
  fc.constantFrom('p=', 'p50=', 'p50=,p99=nan', 'p50=1,p50=2', 'name=a=b,,=,status', 'ip=::1'),
  fc.constantFrom('0=1,1=2,4=3,1K=1', '8E=1', '0=18446744073709551379', '1=1,3=1', '1=1,1=2'),
  fc.constantFrom('clients=1,reads=2,writes=x', 'name=L,module=m,used_memory=1', 'Text=1,a=2'),
  fc.constantFrom('ip=a,port=1,state=b,offset=1,lag=0', 'name=m,status=ok,slaves=1,sentinels=x'),
  fc.integer().map(String),
  fc.string({ unit: anyCharacter }),
)

const field = fc.constantFrom(
  ...readTable('reference/info-fields.tsv').map(({ info_field = '' }) => info_field),
  ...['db0', 'db1', 'db0_distrib_strings_sizes', 'module', 'slave0', 'slave1', 'master0'],
  ...['role', 'master_host', 'master_port', 'master_link_status', 'slave_repl_offset'],
  ...['master_1_host', 'master_1_link_status', 'master_last_io_seconds_ago', 'run_id'],
  ...['master_1_port', 'slave_read_repl_offset'],
  ...['cmdstat_get', 'cmdstat_config|get', 'latency_percentiles_usec_get', 'errorstat_ERR'],
  ...['used_active_time_io_thread_1', 'redis_mode', 'cluster_enabled', 'cluster_state'],
  ...['cluster_stats_messages_auth-req_sent', 'cluster_stats_messages_auth_req_sent'],
  ...['io_thread_0', 'engine_0', 'listener0', 'server_time_usec', 'used_memory', 'cpu_time'],
  ...['db0_distrib_hashes_items', 'tls_ca_cert_serial', 'tls_ca_cert_expires_in_seconds'],
  ...['paused_reason', 'paused_actions', 'search_fields_text', 'errorstat_ERRORSTATS_DISABLED'],
  ...['cluster_connections', 'cluster_messages_sent_total', '__proto__', 'constructor', ''],
)

const section = fc.constantFrom(
  ...['Server', 'Clients', 'Memory', 'Persistence', 'Stats', 'Replication', 'CPU', 'Modules'],
  ...['Commandstats', 'Errorstats', 'Latencystats', 'Cluster', 'Keyspace', 'Sentinel', 'Hotkeys'],
  ...['Keysizes', 'Threads', 'TLS', 'Scripting Engines', 'Debug', '', '__proto__'],
)

const line = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(field, oddValue).map(([name, value]) => `${name}:${value}`) },
  { weight: 2, arbitrary: section.map((name) => `# ${name}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ...['# Time:2026-01-05 06:07:08', '# never', '# Last Scan Failed', 'Master 0:', ''],
      ...['db0 Strings_keys=1, expires=0, invalid_keys=0', 'db1', 'cmdstat_a:b:calls=1'],
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: anyCharacter }) },
)

const lines = fc
  .tuple(fc.array(line, { maxLength: 40 }), fc.constantFrom('\r\n', '\n'))
  .map(([list, end]) => list.join(end))

type Edit = (text: readonly string[], at: number) => readonly string[]

/** What may go wrong with one line of a reply. */
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.constant<Edit>((text, at) => text.toSpliced(at, 1)),
  fc.constant<Edit>((text, at) => text.toSpliced(at, 0, text[at] ?? '')),
  fc.constant<Edit>((text, at) => text.slice(0, at)),
  fc.constant<Edit>((text, at) => [...text.slice(at), ...text.slice(0, at)]),
  line.map<Edit>((other) => (text, at) => text.toSpliced(at, 0, other)),
  oddValue.map<Edit>((value) => (text, at) => {
    return text.with(at, `${text[at]?.split(':')[0] ?? ''}:${value}`)
  }),
)

/** A recorded reply in which some lines are lost, doubled, moved, cut off or changed. */
const mutated = fc
  .tuple(fc.constantFrom(...recordedTexts), fc.array(fc.tuple(edit, fc.nat()), { maxLength: 12 }))
  .map(([text, edits]) => {
    let current: readonly string[] = text.split('\r\n')
    for (const [change, place] of edits)
      if (current.length > 0) current = change(current, place % current.length)
    return current.join('\r\n')
  })

/** Any text that may come back from INFO, more or less like one. */
export const anyInfo: fc.Arbitrary<string> = fc.oneof(
  { weight: 1, arbitrary: fc.string({ unit: anyCharacter }) },
  { weight: 4, arbitrary: lines },
  { weight: 4, arbitrary: mutated },
)

/** Any reply that RESP2 can carry: whole numbers, texts, nil, lists of lists. */
export const anyReply: fc.Arbitrary<Reply> = fc.letrec<{ reply: Reply; list: Reply[] }>((tie) => ({
  reply: fc.oneof(
    { maxDepth: 3 },
    fc.maxSafeInteger(),
    oddValue,
    fc.constantFrom(null, 'calls', 'histogram_usec', 'get', 'command', 'databases'),
    tie('list'),
  ),
  list: fc.array(tie('reply'), { maxLength: 6 }),
})).reply

const count = fc.oneof(fc.nat(), fc.maxSafeInteger())
const errorReply = fc
  .oneof(fc.constantFrom('NOPERM no', 'LOADING', 'ERR unknown command', 'ERR'), fc.string())
  .map(fromErrorReply)
const buckets = fc
  .array(fc.tuple(fc.nat(8), fc.nat(8)), { maxLength: 4 })
  .map((list) => list.flat())
const histogram = fc
  .array(fc.tuple(fc.constantFrom('get', 'config|get'), fc.nat(), buckets), { maxLength: 3 })
  .map((list) =>
    list.flatMap(([cmd, calls, flat]) => [cmd, ['calls', calls, 'histogram_usec', flat]]),
  )

/** An answer in the form that a collector expects, or any other, or an error. */
function answer(expected: fc.Arbitrary<Reply>): fc.Arbitrary<Answer> {
  return fc.oneof({ weight: 4, arbitrary: expected }, anyReply, errorReply)
}

const instances = fc
  .array(
    fc
      .array(
        fc.tuple(
          fc.constantFrom('name', 'ip', 'port', 'flags', 'quorum', 'last-ok-ping-reply', 'runid'),
          oddValue,
        ),
        { maxLength: 8 },
      )
      .map((list) => list.flat()),
    { maxLength: 3 },
  )
  // Most have what makes a master.
  .map((list) => list.map((pairs) => ['name', 'm', 'ip', 'a', 'port', '1', ...pairs]))
const parameter = fc.constantFrom(
  ...['databases', 'maxmemory', 'client-output-buffer-limit', 'dir', 'dbfilename', 'masterauth'],
)
const client = fc.record({
  id: fc.oneof(fc.nat(3), oddValue),
  addr: fc.oneof(
    fc.constantFrom('127.0.0.1:1', '[::1]:2', '/run/a b=c.sock:0', '[a b.sock:0]:0'),
    oddValue,
  ),
  name: oddValue,
  age: oddValue,
  resp: oddValue,
  'tot-mem': oddValue,
  idle: oddValue,
  flags: fc.oneof(fc.constantFrom('N', 'xP', 'Z'), oddValue),
  db: oddValue,
  user: oddValue,
  'lib-name': oddValue,
  'lib-ver': oddValue,
})
const clients = fc
  .array(fc.oneof({ weight: 6, arbitrary: client }, fc.record({ id: oddValue })), { maxLength: 4 })
  .map((list) =>
    list
      .map(
        (one) =>
          `${Object.entries(one)
            .map((part) => part.join('='))
            .join(' ')}\n`,
      )
      .join(''),
  )

const clusterLinks = fc
  .array(
    fc.array(
      fc.tuple(
        fc.constantFrom('direction', 'create-time', 'send-buffer-allocated', 'send-buffer-used'),
        fc.oneof(fc.constantFrom('to', 'from'), count, oddValue),
      ),
    ),
  )
  .map((list) => list.map((pairs) => pairs.flat()))
const slotStats = fc.array(
  fc.tuple(
    fc.nat(5),
    fc
      .array(
        fc.tuple(
          fc.constantFrom('key-count', 'cpu-usec', 'network-bytes-in', 'memory-bytes'),
          fc.oneof(count, oddValue),
        ),
      )
      .map((pairs) => pairs.flat()),
  ),
)
const denials = fc
  .array(
    fc.record({
      count: fc.nat(),
      reason: fc.constantFrom('auth', 'key', 'command', 'unknown', 'key multi'),
      context: fc.constantFrom('toplevel', 'multi', 'lua', ''),
      'age-seconds': oddValue,
      'entry-id': fc.oneof(fc.nat(9), oddValue),
    }),
    { maxLength: 4 },
  )
  .map((list) => list.map((entry) => Object.entries(entry).flat()))
const logEntries = fc.array(
  fc.tuple(count, count, count, fc.array(fc.oneof(fc.constantFrom('get', 'config'), oddValue))),
)
/** Names with numbers, texts, or names and numbers again. */
const anyFields = fc
  .array(
    fc.tuple(
      fc.constantFrom(
        ...['keys.count', 'keys.bytes-per-key', 'db.0', 'db.1', 'overhead.hashtable.main'],
        ...['duration_ms', 'LUA', 'libraries_count', 'functions_count', 'tracking-active'],
        ...['sample-ratio', 'by-cpu-time-us', 'by-net-bytes', '__proto__'],
      ),
      fc.oneof(
        count,
        oddValue,
        fc.constant(['overhead.hashtable.main', 1]),
        fc.constant(['libraries_count', 1, 'functions_count', 2]),
        fc.array(fc.oneof(count, oddValue)),
      ),
    ),
    { maxLength: 6 },
  )
  .map((list): Reply[] => list.flat())

const answers = fc.record({
  'ACL LOG': answer(denials),
  'ACL USERS': answer(fc.array(fc.string())),
  'CLIENT LIST': answer(clients),
  'CLUSTER INFO': answer(anyInfo),
  'CLUSTER LINKS': answer(clusterLinks),
  'CLUSTER SLOT-STATS': answer(slotStats),
  'INFO debug': answer(anyInfo),
  'COMMANDLOG LEN': answer(count),
  'CONFIG GET': answer(fc.array(fc.tuple(parameter, oddValue)).map((list) => list.flat())),
  'LATENCY HISTOGRAM': answer(histogram),
  'LATENCY LATEST': answer(fc.array(fc.tuple(fc.string(), count, count, count))),
  'SENTINEL CKQUORUM': answer(fc.constant('OK 1 usable Sentinels.')),
  'SENTINEL CONFIG': answer(
    fc
      .tuple(fc.constantFrom('announce-ip', 'announce-port'), oddValue)
      .map((pair): string[] => pair),
  ),
  'SENTINEL MASTERS': answer(instances),
  'SENTINEL REPLICAS': answer(instances),
  'SENTINEL SENTINELS': answer(instances),
  'SENTINEL SLAVES': answer(instances),
  'SLOWLOG LEN': answer(count),
  'COMMANDLOG GET': answer(logEntries),
  'FUNCTION STATS': answer(
    fc
      .record({ script: anyFields, engines: anyFields })
      .map(({ script, engines }): Reply[] => [...['running_script', script, 'engines', engines]]),
  ),
  'HOTKEYS GET': answer(anyFields.map((fields) => [fields])),
  'MEMORY STATS': answer(anyFields),
  'SERVER EXT': answer(
    fc.array(fc.tuple(field, fc.oneof(oddValue, count))).map((list) => list.flat()),
  ),
  'SLOWLOG GET': answer(logEntries),
})

/** A server that sends whatever it likes. */
export const anyServer: fc.Arbitrary<FakeServer> = fc
  .tuple(anyInfo, answers, fc.option(fc.constant(['info', 'config']), { nil: undefined }))
  .map(([info, replies, commands]) => ({
    info,
    settings: everythingWanted,
    ...(commands ? { commands } : {}),
    replies: ([name, subcommand]: Command) =>
      replies[`${name} ${subcommand}` as keyof typeof replies] ?? null,
    toString: () => JSON.stringify({ info, replies, commands }, undefined, 1),
  }))
