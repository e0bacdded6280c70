import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'

/** What a server says in reply, before it is encoded. */
type Reply = string | number | null | readonly Reply[]

// A few lines of each kind: a thousand would be read by the same code.
const info = `# Server
redis_version:7.0.15
redis_mode:standalone
os:Linux 6.1.0 x86_64
process_id:1
run_id:0123456789abcdef0123456789abcdef01234567
tcp_port:6379
uptime_in_seconds:60
# Clients
connected_clients:1
maxclients:10000
# Memory
used_memory:1138096
used_memory_human:1.09M
used_memory_peak_perc:95.40%
maxmemory:0
maxmemory_policy:noeviction
mem_fragmentation_ratio:1.11
mem_allocator:jemalloc-5.3.0
# Persistence
loading:0
rdb_last_save_time:1795716948
rdb_last_bgsave_status:ok
rdb_last_bgsave_time_sec:-1
aof_enabled:0
aof_last_write_status:ok
# Stats
total_connections_received:12
instantaneous_input_kbps:0.00
total_error_replies:1
# Replication
role:master
connected_slaves:1
slave0:ip=10.0.0.1,port=6379,state=online,offset=14,lag=0
master_failover_state:no-failover
master_replid:2d04fe27376c250b63aea8929145a29e24c77e79
master_repl_offset:14
second_repl_offset:-1
repl_backlog_size:1048576
# CPU
used_cpu_sys:0.372807
# Modules
module:name=ReJSON,ver=20607,api=1,filters=0,usedby=[],using=[],options=[handle-io-errors]
# Commandstats
cmdstat_info:calls=11,usec=3493,usec_per_call=317.55,rejected_calls=0,failed_calls=0
cmdstat_config|get:calls=22,usec=406,usec_per_call=18.45,rejected_calls=0,failed_calls=0
# Errorstats
errorstat_ERR:count=1
# Latencystats
latency_percentiles_usec_info:p50=278.527,p99=835.583,p99.9=835.583
# Cluster
cluster_enabled:0
# Keyspace
db0:keys=3,expires=1,avg_ttl=1000
`.replaceAll('\n', '\r\n')

const parameters: Readonly<Record<string, string>> = {
  databases: '16',
  maxclients: '10000',
  maxmemory: '0',
  'io-threads': '1',
  'repl-backlog-size': '1048576',
  'client-output-buffer-limit':
    'normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60',
}

// What Redis 7 does not have, or has in Sentinels alone.
const isUnknown = (command: string) =>
  /^(commandlog|hotkeys|sentinel|ft\.|arcount|vcard)/.test(command)

const histogram: Reply = ['calls', 2, 'histogram_usec', [132, 1, 264, 2]]

function replyTo([name, subcommand, ...words]: readonly string[]): Reply {
  switch (`${name} ${subcommand}`) {
    case 'INFO everything':
      return info
    case 'COMMAND INFO':
      return words.map((word) =>
        isUnknown(word) ? null : [word, -2, ['fast'], 0, 0, 0, ['@fast'], [], [], []],
      )
    case 'CONFIG GET':
      return words.flatMap((word) => [word, parameters[word] ?? ''])
    case 'SLOWLOG LEN':
      return 1
    case 'SLOWLOG GET':
      return [[1, 1_795_716_948, 12_000, ['GET', 'key'], '127.0.0.1:40000', '']]
    case 'LATENCY LATEST':
      return [['command', 1_795_716_948, 12, 24]]
    case 'LATENCY HISTOGRAM':
      return ['info', histogram, 'config|get', histogram]
    default:
      return 'OK'
  }
}

function encodeReply(reply: Reply): string {
  if (reply === null) return '*-1\r\n'
  if (typeof reply === 'number') return `:${reply}\r\n`
  if (typeof reply === 'string') return `$${Buffer.byteLength(reply)}\r\n${reply}\r\n`
  return `*${reply.length}\r\n${reply.map(encodeReply).join('')}`
}

/** The commands in what a client sent at once: arrays of texts without a line's end. */
function commandsIn(sent: string): readonly (readonly string[])[] {
  const commands = sent.split(/^\*\d+\r\n/m).slice(1)
  return commands.map((words) =>
    words
      .split(/^\$\d+\r\n/m)
      .slice(1)
      .map((word) => word.trimEnd()),
  )
}

/** Starts what answers a first poll as a small Redis does; gives its address. */
export async function startWarmUpServer(): Promise<string> {
  const server = createServer((socket) => {
    socket.on('data', (chunk) => {
      const replies = commandsIn(chunk.toString('latin1')).map(replyTo)
      socket.write(replies.map(encodeReply).join(''))
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return `redis://127.0.0.1:${(server.address() as AddressInfo).port}`
}
