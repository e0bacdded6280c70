import type { OptionsCase } from './side-by-side-cases.ts'
import { keyOptions, keys, unnamedConnections } from './side-by-side-key-cases.ts'
import { filledReplica } from './side-by-side-servers.ts'

/** As many options as one server can show the effects of, and those that take something away. */
export const togetherCases: readonly OptionsCase[] = [
  {
    on: 'a filled server, all that adds something',
    options: {
      ...keyOptions,
      'check-keys': keys,
      'check-keys-batch-size': '7',
      'check-key-groups': '^(key:.),^(%a+)',
      'max-distinct-key-groups': '3',
      'export-client-list': 'true',
      'export-client-port': 'true',
      'include-config-metrics': 'true',
      'include-system-metrics': 'true',
      'include-modules-metrics': 'true',
      'include-search-indexes-metrics': 'true',
      'check-search-indexes': '^a',
      'include-go-runtime-metrics': 'true',
      'include-rdb-file-size-metric': 'true',
      'append-instance-role-label': 'true',
      'ping-on-connect': 'true',
      'is-tile38': 'true',
      namespace: 'shop',
    },
    serves: [
      /^redis_key_size\{db="db0",instance_role="master",key="key:list"/,
      /^redis_key_value\{db="db0",instance_role="master",key="value:2"/,
      /^redis_keys_count\{db="db0",instance_role="master",key="key:\*"/,
      /^redis_stream_length\{db="db0",instance_role="master",stream="stream:orders"/,
      /^redis_stream_length\{db="db0",instance_role="master",stream="orders"/,
      /^redis_key_group_memory_usage_bytes\{db="db0",.*key_group="overflow"/,
      /^redis_connected_client(s_details|_info)\{.*name="listener".*port="\d+"/,
      /^redis_config_value\{.*key="maxmemory"/,
      /^redis_total_system_memory_bytes\{/,
      /^redis_exporter_last_scrape_ping_time_seconds\{/,
    ],
  },
  {
    on: 'a replica, all that takes something away',
    server: filledReplica,
    options: {
      ...keyOptions,
      'disable-exporting-key-values': 'true',
      'skip-checkkeys-for-role-master': 'true',
      'streams-exclude-consumer-metrics': 'true',
      'export-client-list': 'true',
      'set-client-name': 'false',
      'include-config-metrics': 'true',
      'redact-config-metrics': 'false',
      'include-metrics-for-empty-databases': 'false',
      'exclude-latency-histogram-metrics': 'true',
      'redis-only-metrics': 'true',
    },
    exceptions: [unnamedConnections],
    serves: [
      /^redis_connected_client(s_details|_info)\{/,
      /^redis_key_size\{db="db0",key="key:list"/,
      /^redis_stream_group_consumers\{/,
      /^redis_config_key_value\{key="requirepass",value=""/,
    ],
    lacks: [
      /^redis_connected_client.*name="redis_exporter"/,
      /^redis_key_value/,
      /^redis_stream_group_consumer_/,
      /^redis_db_keys(_expiring)?\{db="db1"/,
      /^redis_(commands_latencies_usec|latency_spike)/,
      /^process_/,
    ],
  },
]
