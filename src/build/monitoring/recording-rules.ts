import { perServer, type RecordingRule } from './alert.ts'

const lookups = 'rate(redis_keyspace_hits_total[5m]) + rate(redis_keyspace_misses_total[5m])'

// By nothing else, since a role may change from one scrape to the next.
const runs = 'max by (job, instance, target, run_id) (redis_instance_info)'

/** The sum over the servers of a job, each once, however many exporters of the job watch it. */
const ofEachServer = (expr: string) =>
  `sum by (job) (max by (job, run_id) (${expr} * ${perServer} group_left (run_id) ${runs}))`

/** What is computed once and read by alerts and dashboards. Nothing is recorded where it has no meaning. */
export const recordingRules: readonly RecordingRule[] = [
  {
    record: 'redis:memory_used:ratio',
    expr: 'redis_memory_used_bytes / (redis_memory_max_bytes > 0)',
    help: 'Memory in use to its limit, where there is one',
  },
  {
    record: 'redis:connected_clients:ratio',
    expr: 'redis_connected_clients / (redis_max_clients or redis_config_maxclients)',
    help: 'Client connections to those that the server admits',
  },
  {
    record: 'redis:commands_processed:rate5m',
    expr: 'rate(redis_commands_processed_total[5m])',
    help: 'Commands per second',
  },
  {
    record: 'redis:keyspace_lookups:rate5m',
    expr: lookups,
    help: 'Keys looked up per second, found or not',
  },
  {
    record: 'redis:keyspace_hits:ratio_rate5m',
    expr: `rate(redis_keyspace_hits_total[5m]) / (${lookups} > 0)`,
    help: 'Share of the keys looked up that were there, where some were looked up',
  },
  {
    record: 'redis:commands_duration_seconds:mean_rate5m',
    expr: 'rate(redis_commands_duration_seconds_total[5m]) / (rate(redis_commands_total[5m]) > 0)',
    help: 'Mean time that a command took on the server, where it was called',
  },
  {
    record: 'redis:db_keys:sum',
    expr: 'sum without (db) (redis_db_keys)',
    help: 'Keys in all databases',
  },
  {
    record: 'job:redis_commands_processed:sum_rate5m',
    expr: ofEachServer('rate(redis_commands_processed_total[5m])'),
    help: 'Commands per second of all servers, each counted once though several exporters watch it',
  },
  {
    record: 'job:redis_memory_used_bytes:sum',
    expr: ofEachServer('redis_memory_used_bytes'),
    help: 'Memory of all servers, each counted once',
  },
  {
    record: 'job:redis_connected_clients:sum',
    expr: ofEachServer('redis_connected_clients'),
    help: 'Client connections to all servers, each counted once',
  },
  {
    record: 'job:redis_db_keys:sum',
    expr: ofEachServer('sum without (db) (redis_db_keys)'),
    help: 'Keys of all servers, each counted once',
  },
]
