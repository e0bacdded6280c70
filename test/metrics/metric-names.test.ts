import { expect, test } from 'vitest'
import { discoveryMetrics } from '../../src/metrics/discovery-metrics.ts'
import type { Metric } from '../../src/metrics/metric.ts'
import { onDemandMetrics } from '../../src/metrics/on-demand-metrics.ts'
import { ownMetrics } from '../../src/metrics/own-metrics.ts'
import { pollMetrics } from '../../src/metrics/poll-metrics.ts'
import { portMetrics } from '../../src/metrics/port-metrics.ts'
import { requestsTotal } from '../../src/metrics/request-counter.ts'
import { targetsFileMetrics } from '../../src/metrics/targets-file-metrics.ts'
import { walkMetrics } from '../../src/metrics/walk-metrics.ts'
import { readTable } from '../support/fixtures.ts'
import { collectors, keyCollectors } from '../support/registry.ts'

// The rules of https://prometheus.io/docs/practices/naming/ that can be told from a name.

const baseUnits = ['seconds', 'bytes', 'ratio']
const otherUnits = [
  ...[
    'milliseconds',
    'microseconds',
    'msec',
    'usec',
    'ms',
    'us',
    'sec',
    'minutes',
    'hours',
    'days',
  ],
  ...['kilobytes', 'kb', 'kbps', 'mb', 'percent', 'percentage', 'perc', 'pct'],
]

/** The rules that a name breaks. */
function brokenRules({ name, type }: Metric): string[] {
  const words = name.split('_')
  const withoutTotal = name.replace(/_total$/, '').split('_')
  const isCounter = type === 'counter'
  return [
    ...(isCounter && !name.endsWith('_total') ? ['a counter ends with _total'] : []),
    ...(!isCounter && name.endsWith('_total') ? ['nothing but a counter ends with _total'] : []),
    ...(/_(count|sum|bucket)$/.test(name) ? ['nothing ends as a part of a histogram'] : []),
    ...(words.some((word) => otherUnits.includes(word)) ? ['units are base units'] : []),
    ...(baseUnits.some((unit) => withoutTotal.slice(0, -1).includes(unit))
      ? ['the unit is the last word']
      : []),
    ...(/_(time|timestamp)$/.test(name) ? ['a time is _timestamp_seconds'] : []),
  ]
}

const all: readonly Metric[] = [
  ...new Set([
    ...[...collectors, ...keyCollectors].flatMap(({ metrics }) => metrics),
    ...[
      ...[pollMetrics, ownMetrics, walkMetrics, targetsFileMetrics],
      ...[discoveryMetrics, onDemandMetrics, portMetrics],
    ].flatMap((group) => Object.values(group)),
    requestsTotal,
  ]),
]
const wrong = all.filter((metric) => brokenRules(metric).length > 0).map(({ name }) => name)

/** Names of the Go exporter, which dashboards know. */
const ofGoExporter: readonly string[] = [
  'aof_current_rewrite_duration_sec',
  'aof_last_rewrite_duration_sec',
  'cluster_links_buffer_limit_exceeded_total',
  'cluster_messages_received_total',
  'cluster_messages_sent_total',
  'commands_latencies_usec',
  'connected_client_channel_subscriptions_count',
  'connected_client_created_at_timestamp',
  'connected_client_idle_since_timestamp',
  'connected_client_pattern_matching_subscriptions_count',
  'connected_client_shard_channel_subscriptions_count',
  'current_eviction_exceeded_time_ms',
  'dump_payload_sanitizations',
  'eventloop_duration_cmd_sum_usec_total',
  'eventloop_duration_sum_usec_total',
  'eviction_exceeded_time_ms_total',
  'expire_cycle_cpu_time_ms_total',
  'expired_stale_percentage',
  'instantaneous_eventloop_cycles_per_sec',
  'instantaneous_eventloop_duration_usec',
  'io_threaded_reads_processed',
  'io_threaded_writes_processed',
  'key_group_count',
  'keys_count',
  'last_key_groups_scrape_duration_milliseconds',
  'latency_percentiles_usec',
  'long_lock_waits_total',
  'master_last_io_seconds_ago',
  'memory_used_vm_total',
  'migrate_cached_sockets_total',
  'rdb_current_bgsave_duration_sec',
  'rdb_last_bgsave_duration_sec',
  'rdb_saves_total',
  'search_failure_requests_count',
  'search_gc_run_ms_total',
  'search_global_total',
  'search_hnsw_add_exceptions_count',
  'search_hnsw_create_exceptions_count',
  'search_hnsw_modify_exceptions_count',
  'search_hnsw_remove_exceptions_count',
  'search_hnsw_search_exceptions_count',
  'search_hybrid_requests_count',
  'search_index_percent_indexed',
  'search_indexing_time_ms_total',
  'search_inline_filtering_requests_count',
  'search_query_execution_time_ms_total',
  'search_rdb_load_failure_count',
  'search_rdb_load_success_count',
  'search_rdb_save_failure_count',
  'search_rdb_save_success_count',
  'search_reader_resumed_count',
  'search_run_ms_total',
  'search_successful_requests_count',
  'search_vector_externing_deferred_entry_count',
  'search_vector_externing_entry_count',
  'search_vector_externing_generated_value_count',
  'search_vector_externing_lru_promote_count',
  'search_worker_pool_suspend_count',
  'search_writer_resumed_count',
  'search_writer_suspension_expired_count',
  'sentinel_master_setting_down_after_milliseconds',
  'server_threads_total',
  'storage_provider_read_hits',
  'storage_provider_read_misses',
  'tile38_cpus_total',
  'tile38_go_goroutines_total',
  'tile38_num_collections_total',
  'tile38_num_hooks_total',
  'tile38_num_objects_total',
  'tile38_num_points_total',
  'tile38_threads_total',
  'total_error_replies',
  'total_reads_processed',
  'total_writes_processed',
  'unexpected_error_replies',
]

/** Names of fields of INFO that people query as they are, beside one that the Go exporter has. */
const ofServers = [
  'instantaneous_ops_per_sec',
  'instantaneous_input_kbps',
  'instantaneous_output_kbps',
  'instantaneous_input_repl_kbps',
  'instantaneous_output_repl_kbps',
]

test('every name keeps to the rules, but for those that others know already', () => {
  expect([...wrong].sort()).toEqual([...ofGoExporter, ...ofServers].sort())
})

test('the exceptions of the Go exporter are names that it has', () => {
  const names = new Set(
    ['info-fields', 'other-metrics'].flatMap((table) =>
      readTable(`reference/${table}.tsv`).map(({ metric }) => metric),
    ),
  )

  expect(ofGoExporter.filter((name) => !names.has(name))).toEqual([])
})

test.each([
  ['current_save_keys_total', 'gauge'],
  ['loading_start_time', 'gauge'],
  ['loading_loaded_perc', 'gauge'],
  ['active_defrag_time_milliseconds_total', 'counter'],
  ['slowlog_commands_seconds_max', 'gauge'],
  ['scripting_engines_count', 'gauge'],
  ['commands', 'counter'],
] as const)('%s would be a bad name for a %s', (name, type) => {
  expect(brokenRules({ name, type, help: '', labels: [], optionalLabels: [] })).toHaveLength(1)
})
