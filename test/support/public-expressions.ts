/**
 * What dashboards and rules ask that people have already: those of the Go exporter and of its mixin, and
 * those of widely used collections. In the form of such expressions, without what selects a server.
 */
export const publicExpressions: readonly string[] = [
  'redis_up == 1',
  'max(max_over_time(redis_uptime_in_seconds[1m]))',
  'redis_connected_clients',
  'redis_connected_clients / redis_config_maxclients * 100',
  'redis_blocked_clients',
  '100 * (redis_memory_used_bytes / redis_memory_max_bytes)',
  'redis_memory_used_bytes / redis_total_system_memory_bytes * 100',
  'redis_memory_used_rss_bytes / redis_memory_used_bytes',
  'rate(redis_commands_processed_total[1m])',
  'irate(redis_keyspace_hits_total[5m])',
  'irate(redis_keyspace_misses_total[5m])',
  'rate(redis_keyspace_hits_total[1m]) / (rate(redis_keyspace_hits_total[1m]) + rate(redis_keyspace_misses_total[1m]))',
  'rate(redis_net_input_bytes_total[5m])',
  'rate(redis_net_output_bytes_total[5m])',
  'sum(redis_db_keys) by (db)',
  'sum(redis_db_keys) - sum(redis_db_keys_expiring)',
  'sum(rate(redis_expired_keys_total[5m])) by (instance)',
  'sum(rate(redis_evicted_keys_total[5m])) by (instance)',
  'topk(5, irate(redis_commands_total[1m]))',
  'sum(irate(redis_commands_duration_seconds_total[1m])) by (cmd) / sum(irate(redis_commands_total[1m])) by (cmd)',
  'histogram_quantile(0.99, sum(rate(redis_commands_latencies_usec_bucket[1m])) by (le, cmd))',
  'redis_slowlog_length',
  'redis_connected_slaves',
  'changes(redis_connected_slaves[1m])',
  'count(redis_instance_info{role="master"})',
  'increase(redis_rejected_connections_total[1m])',
  'time() - redis_rdb_last_save_timestamp_seconds',
  'redis_rdb_changes_since_last_save',
  'redis_mem_fragmentation_ratio',
  'redis_exporter_last_scrape_error == 0',
]

/** The same with what they give for the workload of the fixtures, on every server. */
export const publicFigures: readonly (readonly [expression: string, value: number])[] = [
  ['redis_db_keys{db="db3"}', 2],
  ['redis_db_keys_expiring{db="db11"}', 1],
  ['sum(redis_db_keys{db=~"db[0-9]+"}) - sum(redis_db_keys{db="db0"})', 4],
  ['redis_commands_latencies_usec_count{cmd="zadd"}', 1_000],
  ['redis_commands_latencies_usec_bucket{cmd="zadd",le="+Inf"}', 1_000],
  ['redis_latency_percentiles_usec_count{cmd="hset"}', 1_000],
  ['count(redis_instance_info{role="master",redis_mode="standalone"})', 1],
]
