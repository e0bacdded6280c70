import { dividedBy } from '../../metrics/read-value.ts'
import { infoTableCollector, rowsOf } from '../reading/info-table.ts'
import { newerStats } from './newer-stats.ts'

const { gauge, counter } = rowsOf('stats')

export const stats = infoTableCollector({
  name: 'stats',
  help: 'connections, commands, traffic, key expiry and errors, from INFO stats',
  rows: [
    counter('total_connections_received', 'connections_received_total', 'Connections accepted'),
    counter(
      'rejected_connections',
      'rejected_connections_total',
      'Connections refused for maxclients',
    ),
    counter('total_commands_processed', 'commands_processed_total', 'Commands processed'),
    counter('total_net_input_bytes', 'net_input_bytes_total', 'Bytes read from the network'),
    counter('total_net_output_bytes', 'net_output_bytes_total', 'Bytes written to the network'),
    counter(
      'total_net_repl_input_bytes',
      'net_repl_input_bytes_total',
      'Bytes read for replication',
    ),
    counter(
      'total_net_repl_output_bytes',
      'net_repl_output_bytes_total',
      'Bytes written for replication',
    ),
    counter('expired_keys', 'expired_keys_total', 'Keys that expired'),
    counter('expired_subkeys', 'expired_subkeys_total', 'Hash fields that expired'),
    counter(
      'expired_time_cap_reached_count',
      'expired_time_cap_reached_total',
      'Times the expiry cycle ran out of time',
    ),
    counter(
      'expire_cycle_cpu_milliseconds',
      'expire_cycle_cpu_time_ms_total',
      'Milliseconds spent on expiry',
    ),
    gauge(
      'expired_stale_perc',
      'expired_stale_percentage',
      'Estimated percentage of the keys with an expiry that are past it',
    ),
    counter('evicted_keys', 'evicted_keys_total', 'Keys evicted for maxmemory'),
    counter('evicted_clients', 'evicted_clients_total', 'Clients evicted for maxmemory-clients'),
    counter('evicted_scripts', 'evicted_scripts_total', 'Scripts evicted from the cache'),
    counter(
      'total_eviction_exceeded_time',
      'eviction_exceeded_time_ms_total',
      'Milliseconds spent over maxmemory',
    ),
    gauge(
      'current_eviction_exceeded_time',
      'current_eviction_exceeded_time_ms',
      'Milliseconds since memory went over maxmemory; 0 while it is not',
    ),
    counter('keyspace_hits', 'keyspace_hits_total', 'Keys looked up and found'),
    counter('keyspace_misses', 'keyspace_misses_total', 'Keys looked up and not found'),
    gauge('pubsub_channels', 'pubsub_channels', 'Channels with subscribers'),
    gauge('pubsub_patterns', 'pubsub_patterns', 'Patterns with subscribers'),
    gauge('pubsubshard_channels', 'pubsubshard_channels', 'Shard channels with subscribers'),
    gauge(
      'latest_fork_usec',
      'latest_fork_seconds',
      'How long the last fork took; 0 before the first',
      dividedBy(1e6),
    ),
    gauge(
      'migrate_cached_sockets',
      'migrate_cached_sockets_total',
      'Sockets kept open for MIGRATE',
    ),
    gauge(
      'slave_expires_tracked_keys',
      'slave_expires_tracked_keys',
      'Keys with expiry that a writable replica tracks',
    ),
    gauge('active_defrag_hits', 'defrag_hits', 'Values moved by active defragmentation'),
    gauge(
      'active_defrag_misses',
      'defrag_misses',
      'Values that active defragmentation left in place',
    ),
    gauge('active_defrag_key_hits', 'defrag_key_hits', 'Keys moved by active defragmentation'),
    gauge(
      'active_defrag_key_misses',
      'defrag_key_misses',
      'Keys that active defragmentation left in place',
    ),
    gauge('tracking_total_keys', 'tracking_total_keys', 'Keys tracked for client-side caching'),
    gauge(
      'tracking_total_items',
      'tracking_total_items',
      'Clients times keys tracked for client-side caching',
    ),
    gauge(
      'tracking_total_prefixes',
      'tracking_total_prefixes',
      'Prefixes tracked for client-side caching',
    ),
    counter(
      'unexpected_error_replies',
      'unexpected_error_replies',
      'Error replies to replication and loading',
    ),
    counter('total_error_replies', 'total_error_replies', 'Error replies'),
    counter(
      'dump_payload_sanitizations',
      'dump_payload_sanitizations',
      'Deep checks of dumped values',
    ),
    counter('total_reads_processed', 'total_reads_processed', 'Reads from clients'),
    counter('total_writes_processed', 'total_writes_processed', 'Writes to clients'),
    counter(
      'io_threaded_reads_processed',
      'io_threaded_reads_processed',
      'Reads done by I/O threads',
    ),
    counter(
      'io_threaded_writes_processed',
      'io_threaded_writes_processed',
      'Writes done by I/O threads',
    ),
    counter(
      'client_query_buffer_limit_disconnections',
      'client_query_buffer_limit_disconnections_total',
      'Clients cut off for a large query buffer',
    ),
    counter(
      'client_output_buffer_limit_disconnections',
      'client_output_buffer_limit_disconnections_total',
      'Clients cut off for a large output buffer',
    ),
    counter('reply_buffer_shrinks', 'reply_buffer_shrinks_total', 'Reply buffers made smaller'),
    counter('reply_buffer_expands', 'reply_buffer_expands_total', 'Reply buffers made larger'),
    counter('eventloop_cycles', 'eventloop_cycles_total', 'Cycles of the event loop'),
    counter(
      'eventloop_duration_sum',
      'eventloop_duration_sum_usec_total',
      'Microseconds spent in the event loop',
    ),
    counter(
      'eventloop_duration_cmd_sum',
      'eventloop_duration_cmd_sum_usec_total',
      'Microseconds spent on commands in the event loop',
    ),
    gauge(
      'instantaneous_eventloop_cycles_per_sec',
      'instantaneous_eventloop_cycles_per_sec',
      'Cycles of the event loop per second of late',
    ),
    gauge(
      'instantaneous_eventloop_duration_usec',
      'instantaneous_eventloop_duration_usec',
      'Microseconds per cycle of the event loop of late',
    ),
    counter('acl_access_denied_auth', 'acl_access_denied_auth_total', 'Logins refused'),
    counter('acl_access_denied_cmd', 'acl_access_denied_cmd_total', 'Commands refused by ACL'),
    counter('acl_access_denied_key', 'acl_access_denied_key_total', 'Keys refused by ACL'),
    counter(
      'acl_access_denied_channel',
      'acl_access_denied_channel_total',
      'Channels refused by ACL',
    ),
    gauge('sync_full', 'replica_resyncs_full', 'Full resynchronisations of replicas'),
    gauge(
      'sync_partial_ok',
      'replica_partial_resync_accepted',
      'Partial resynchronisations granted',
    ),
    gauge(
      'sync_partial_err',
      'replica_partial_resync_denied',
      'Partial resynchronisations refused',
    ),
    counter('cached_keys', 'cached_keys_total', 'Keys held in memory, on KeyDB with storage'),
    counter(
      'storage_provider_read_hits',
      'storage_provider_read_hits',
      'Reads found in storage, on KeyDB',
    ),
    counter(
      'storage_provider_read_misses',
      'storage_provider_read_misses',
      'Reads not found in storage, on KeyDB',
    ),
    gauge('long_lock_waits', 'long_lock_waits_total', 'Long waits for the global lock, on KeyDB'),
    gauge('instantaneous_ops_per_sec', 'instantaneous_ops_per_sec', 'Commands per second of late'),
    gauge(
      'instantaneous_input_kbps',
      'instantaneous_input_kbps',
      'Kilobytes per second read of late',
    ),
    gauge(
      'instantaneous_output_kbps',
      'instantaneous_output_kbps',
      'Kilobytes per second written of late',
    ),
    ...newerStats,
  ],
})
