import { dividedBy, readPercentage } from '../../metrics/read-value.ts'
import { newerRows, rowsOf } from '../reading/info-table.ts'

const { gauge, counter } = rowsOf('stats')

/** The fields of INFO stats that not every server has, beside those that dashboards know. */
export const newerStats = [
  ...newerRows('Redis 6.2', 'live: Redis 7.0.15', [counter('total_forks', 'forks_total', 'Forks')]),
  ...newerRows('Redis 7.0', 'live: Redis 7.0.15', [
    gauge(
      'instantaneous_input_repl_kbps',
      'instantaneous_input_repl_kbps',
      'Kilobytes per second read for replication of late',
    ),
    gauge(
      'instantaneous_output_repl_kbps',
      'instantaneous_output_repl_kbps',
      'Kilobytes per second written for replication of late',
    ),
    counter(
      'total_active_defrag_time',
      'active_defrag_seconds_total',
      'Time for which fragmentation was over its limit',
      dividedBy(1e3),
    ),
    gauge(
      'current_active_defrag_time',
      'current_active_defrag_seconds',
      'Time since fragmentation went over its limit; 0 while it is not',
      dividedBy(1e3),
    ),
  ]),
  ...newerRows('Redis 8.0', 'live: Redis 8.6.3', [
    counter(
      'cluster_incompatible_ops',
      'cluster_incompatible_ops_total',
      'Commands that a cluster would refuse, where they are sampled',
    ),
  ]),
  ...newerRows('Redis 8.0, Valkey 8.0', 'live: Redis 8.6.3, Valkey 9.1.2', [
    counter(
      'io_threaded_total_prefetch_batches',
      'io_threaded_prefetch_batches_total',
      'Batches of keys prefetched',
    ),
    counter(
      'io_threaded_total_prefetch_entries',
      'io_threaded_prefetch_entries_total',
      'Keys prefetched',
    ),
  ]),
  ...newerRows('Valkey 8.0', 'live: Valkey 9.1.2', [
    counter(
      'io_threaded_poll_processed',
      'io_threaded_poll_processed_total',
      'Polls of the network done by I/O threads',
    ),
    counter(
      'io_threaded_freed_objects',
      'io_threaded_freed_objects_total',
      'Objects freed by I/O threads',
    ),
  ]),
  ...newerRows('Valkey 8.1', 'live: Valkey 9.1.2', [
    counter(
      'io_threaded_accept_processed',
      'io_threaded_accept_processed_total',
      'Connections accepted by I/O threads',
    ),
  ]),
  ...newerRows('Redis 8', 'live: Redis 8.6.3', [
    counter(
      'expired_keys_active',
      'expired_keys_active_total',
      'Keys that the background task expired',
    ),
    counter(
      'expired_subkeys_active',
      'expired_subkeys_active_total',
      'Hash fields that the background task expired',
    ),
  ]),
  ...newerRows('Valkey 9.0', 'live: Valkey 9.1.2', [
    counter('expired_fields', 'expired_fields_total', 'Hash fields that expired, on Valkey'),
    gauge(
      'expired_keys_with_volatile_items_stale_perc',
      'expired_keys_with_volatile_items_stale_ratio',
      'Estimated share of keys with hash fields past their expiry, from 0 to 1',
      readPercentage,
    ),
  ]),
  ...newerRows('Redis 8.6, Valkey 9.0', 'live: Redis 8.6.3, Valkey 9.1.2', [
    counter(
      'acl_access_denied_tls_cert',
      'acl_access_denied_tls_cert_total',
      'Logins by certificate refused',
    ),
  ]),
  ...newerRows('Valkey 9.1', 'live: Valkey 9.1.2', [
    counter('acl_access_denied_db', 'acl_access_denied_db_total', 'Databases refused by ACL'),
    counter(
      'total_net_cluster_slot_import_bytes',
      'net_cluster_slot_import_bytes_total',
      'Bytes read of slots that are moved here',
    ),
    counter(
      'total_net_cluster_slot_export_bytes',
      'net_cluster_slot_export_bytes_total',
      'Bytes written of slots that are moved away',
    ),
  ]),
  ...newerRows('Redis 8.8', 'documented', [
    counter('slowlog_commands_count', 'slowlog_commands_total', 'Commands that were slow'),
    counter(
      'slowlog_commands_time_ms_sum',
      'slowlog_commands_seconds_total',
      'Time spent on slow commands',
      dividedBy(1e3),
    ),
    gauge(
      'slowlog_commands_time_ms_max',
      'slowlog_commands_max_seconds',
      'Time spent on the slowest command',
      dividedBy(1e3),
    ),
    counter(
      'total_client_processing_events',
      'client_processing_events_total',
      'Times that commands of a client were processed',
    ),
    counter(
      'eventloop_cycles_with_clients_processing',
      'eventloop_cycles_with_clients_processing_total',
      'Cycles of the event loop that processed commands',
    ),
    {
      ...counter(
        'commands_per_parse_batch_sum',
        'parse_batch_commands_total',
        'Commands that were parsed, in batches',
      ),
      olderField: 'avg_pipeline_length_sum',
    },
    {
      ...counter(
        'commands_per_parse_batch_cnt',
        'parse_batches_total',
        'Batches in which commands were parsed',
      ),
      olderField: 'avg_pipeline_length_cnt',
    },
  ]),
  ...newerRows('Redis 8.10', 'documented', [
    gauge('hash_templates', 'hash_templates', 'Sets of fields that hashes share'),
    gauge('hash_template_keys', 'hash_template_keys', 'Hashes that share their set of fields'),
  ]),
]
