import type { Exception } from './side-by-side.ts'
import type { OptionsCase } from './side-by-side-cases.ts'
import {
  clusterOfOne,
  filledReplica,
  savedServer,
  serverWithScripts,
} from './side-by-side-servers.ts'

export const unnamedConnections: Exception = {
  families: /^redis_connected_client_/,
  series: ({ labels }) => labels.name === '',
  allows: 'any labels and value',
  because: 'each exporter sees its own connection at work, which has no name here',
}

export const keys = 'key:*,db3=key:*,value:*,stream:*,db11=*,binary:*,long:*,absent,db3=absent'
export const keyOptions = {
  'check-keys': 'key:*',
  'check-single-keys': 'value:2',
  'count-keys': 'key:*',
  'check-streams': 'stream:*',
  'check-single-streams': 'orders',
}
const ofKeys = [
  /^redis_key_size\{db="db0",key="key:list"/,
  /^redis_key_value\{db="db0",key="value:2"/,
  /^redis_keys_count\{db="db0",key="key:\*"/,
  /^redis_stream_length\{db="db0",stream="stream:orders"/,
  /^redis_stream_length\{db="db0",stream="orders"/,
]

/**
 * What looks at keys and streams. Options whose metrics have nothing to do with each other stand in
 * one case, with those that show something else of the same server.
 */
export const keyspaceCases: readonly OptionsCase[] = [
  {
    options: {
      'check-keys': keys,
      // Over two lines, with + for a blank.
      'count-keys': 'key:*,db3=*,string:?,nothing*,db5=*,\n db11=[ab],key:%22quoted%22+*\n',
      'check-single-streams': 'orders,db3=stream:empty,db3=stream:orders,nothing',
      'check-key-groups': '^(key):(.)[^:]*$,^([a-z]+):%d+$,(b)inary,^[a-b]$',
      'export-client-list': 'true',
      'include-system-metrics': 'true',
    },
    serves: [
      ...['list', 'set', 'zset', 'hash', 'hll', 'word', 'expiring'].flatMap((key) =>
        ['db0', 'db3'].map((db) => new RegExp(`^redis_key_size\\{db="${db}",key="key:${key}"`)),
      ),
      /^redis_key_size\{db="db0",key="stream:orders"/,
      /^redis_key_size\{db="db3",key="absent"/,
      /^redis_key_value\{db="db11",key="a"/,
      /^redis_key_value_as_string\{db="db3",key="key:日本",val="naïve"/,
      /^redis_keys_count\{db="db3",key="\*"/,
      /^redis_keys_count\{db="db5",key="\*"/,
      /^redis_keys_count\{db="db0",key="key:\\"quoted\\" \*"/,
      /^redis_stream_length\{db="db3",stream="stream:empty"/,
      /^redis_key_group_count\{db="db0",key_group="keyh"/,
      /^redis_key_group_memory_usage_bytes\{db="db0",key_group="string"/,
      /^redis_key_group_count\{db="db11",key_group=""/,
      /^redis_key_group_count\{db="db0",key_group="unclassified"/,
      /^redis_last_key_groups_scrape_duration_milliseconds\{/,
      /^redis_connected_client(s_details|_info)\{.*name="app"/,
      /^redis_connected_client(s_details|_idle_since_timestamp)\{.*name="listener"/,
      /^redis_connected_client(s_details|_info)\{.*name="redis_exporter"/,
      /^redis_total_system_memory_bytes\{/,
    ],
    lacks: [/^redis_connected_client.*port=/],
  },
  {
    options: {
      'check-keys': keys,
      'check-keys-batch-size': '0x7',
      'check-streams': 'stream:*,orders,db3=stream:*',
      'check-key-groups': '^(key:.),^(%a+)',
      'max-distinct-key-groups': '3',
      'export-client-list': 'true',
      'export-client-port': 'true',
      'exclude-latency-histogram-metrics': 'true',
    },
    serves: [
      /^redis_key_size\{/,
      /^redis_stream_group_messages_pending\{db="db3",group="billing",stream="stream:orders"/,
      /^redis_stream_group_consumer_idle_seconds\{.*consumer="worker-1".*stream="orders"/,
      /^redis_key_group_memory_usage_bytes\{db="db0",key_group="overflow"/,
      /^redis_number_of_distinct_key_groups\{db="db0"/,
      /^redis_connected_client(s_details|_info)\{.*name="listener".*port="\d+"/,
    ],
    lacks: [/^redis_commands_latencies_usec/, /^redis_latency_spike/],
  },
  {
    options: {
      'check-keys': keys,
      'disable-exporting-key-values': 'true',
      'check-streams': 'stream:*',
      'streams-exclude-consumer-metrics': 'true',
      'include-metrics-for-empty-databases': 'false',
      'export-client-list': 'true',
      'set-client-name': 'false',
    },
    exceptions: [unnamedConnections],
    serves: [
      /^redis_key_size\{/,
      /^redis_stream_group_consumers\{/,
      /^redis_db_keys\{db="db11"/,
      /^redis_connected_client(s_details|_info)\{.*name="listener"/,
    ],
    lacks: [
      /^redis_key_value/,
      /^redis_stream_group_consumer_/,
      /^redis_db_keys(_expiring)?\{db="db1"/,
      /^redis_connected_client.*name="redis_exporter"/,
    ],
  },
  {
    options: {
      'check-single-keys':
        'key:list,db3=key:hll,key:nothing,db3=value:nothing,db3=key:%22quoted%22',
      'include-rdb-file-size-metric': 'true',
      'ping-on-connect': 'true',
      'include-modules-metrics': 'true',
      'include-search-indexes-metrics': 'true',
      'is-tile38': 'true',
    },
    on: 'a server that was saved',
    server: savedServer,
    serves: [
      /^redis_key_size\{db="db0",key="key:list"/,
      /^redis_key_size\{db="db3",key="key:hll"/,
      /^redis_rdb_current_size_bytes\{/,
      /^redis_exporter_last_scrape_ping_time_seconds\{/,
    ],
    lacks: [/^redis_(module_info|search_)/, /^redis_tile38_/],
  },
  {
    options: { ...keyOptions, 'redis-only-metrics': 'true' },
    serves: [/^redis_up\{/, ...ofKeys],
  },
  {
    options: {
      ...keyOptions,
      'append-instance-role-label': 'true',
      'include-config-metrics': 'true',
      'export-client-list': 'true',
    },
    on: 'a replica',
    server: filledReplica,
    serves: [
      /^redis_memory_used_bytes\{instance_role="slave"/,
      ...ofKeys.map(
        ({ source }) => new RegExp(source.replace('db0",', 'db0",instance_role="slave",')),
      ),
    ],
  },
  {
    options: {
      ...keyOptions,
      'skip-checkkeys-for-role-master': 'true',
      'include-go-runtime-metrics': 'true',
    },
    lacks: [/^redis_(key_|keys_|stream_)/],
  },
  {
    options: { ...keyOptions, 'skip-checkkeys-for-role-master': 'true' },
    on: 'a replica',
    server: filledReplica,
    serves: ofKeys,
  },
  {
    options: {
      'check-key-groups': '^(%a+)',
      'skip-checkkeys-for-role-master': 'true',
      'append-instance-role-label': 'true',
      'include-search-indexes-metrics': 'true',
      'check-search-indexes': '^a',
    },
    serves: [/^redis_key_group_count\{/, /^redis_memory_used_bytes\{instance_role="master"/],
    lacks: [/^redis_search_/],
  },
  {
    options: { 'is-cluster': 'true', 'check-keys': 'key:1*', 'count-keys': 'key:*' },
    on: 'a cluster of one node',
    server: clusterOfOne,
    namesTarget: true,
    serves: [/^redis_key_size\{db="db0",key="key:11"/, /^redis_cluster_slots_ok\{/],
  },
]

const script = `
  return {'visits', '17', 'ratio', '0.25', 'a "name"', '-1e3', 'length', tostring(redis.call('llen', 'list'))}
`
const scriptServer = (scripts: Readonly<Record<string, string>>) => ({
  on: `a server with ${Object.keys(scripts).join(' and ')}`,
  files: ['script'],
  server: () => serverWithScripts(scripts),
})

export const scriptCases: readonly OptionsCase[] = [
  {
    options: {},
    ...scriptServer({ 'values.lua': script }),
    serves: [/^redis_script_values\{.*key="length"/],
  },
  {
    options: {},
    ...scriptServer({ 'nothing.lua': 'return {}' }),
    lacks: [/^redis_script_values\{/],
  },
  {
    options: {},
    ...scriptServer({ 'error.lua': "return redis.call('nosuch')" }),
    serves: [/^redis_up\{/],
    exceptions: [
      {
        families: /^redis_(up|exporter_last_scrape_error)$/,
        allows: 'any labels and value',
        because:
          'to the Go exporter the server is down when a script fails; here it costs no other',
      },
    ],
  },
  {
    options: { 'lua-script-read-only': 'true' },
    ...scriptServer({ 'values.lua': script, 'nothing.lua': 'return {}' }),
    serves: [/^redis_script_values\{.*key="length"/],
  },
  {
    options: { 'lua-script-read-only': 'false' },
    ...scriptServer({ 'writes.lua': "redis.call('set', 'written', '1') return {'length', '1'}" }),
    serves: [/^redis_script_values\{.*key="length"/],
  },
]
