import { dividedBy } from '../../metrics/read-value.ts'
import { fieldTable, infoCollector } from '../reading/info-parts.ts'
import { newerRows, rowsOf } from '../reading/info-table.ts'
import { statsOfKeys } from './stats-of-keys.ts'
import { statsOfThreads } from './stats-of-threads.ts'

const { gauge, counter } = rowsOf('stats')

/** What is asked of the server, and refused. */
const statsOfTraffic = [
  counter('total_connections_received', 'connections_received_total', 'Connections accepted'),
  counter(
    'rejected_connections',
    'rejected_connections_total',
    'Connections refused for maxclients',
  ),
  counter('total_commands_processed', 'commands_processed_total', 'Commands processed'),
  counter('total_net_input_bytes', 'net_input_bytes_total', 'Bytes read from the network'),
  counter('total_net_output_bytes', 'net_output_bytes_total', 'Bytes written to the network'),
  counter('total_net_repl_input_bytes', 'net_repl_input_bytes_total', 'Bytes read for replication'),
  counter(
    'total_net_repl_output_bytes',
    'net_repl_output_bytes_total',
    'Bytes written for replication',
  ),
  counter('evicted_clients', 'evicted_clients_total', 'Clients evicted for maxmemory-clients'),
  counter('evicted_scripts', 'evicted_scripts_total', 'Scripts evicted from the cache'),
  gauge('pubsub_channels', 'pubsub_channels', 'Channels with subscribers'),
  gauge('pubsub_patterns', 'pubsub_patterns', 'Patterns with subscribers'),
  gauge('pubsubshard_channels', 'pubsubshard_channels', 'Shard channels with subscribers'),
  gauge('migrate_cached_sockets', 'migrate_cached_sockets_total', 'Sockets kept open for MIGRATE'),
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
  counter('acl_access_denied_auth', 'acl_access_denied_auth_total', 'Logins refused'),
  counter('acl_access_denied_cmd', 'acl_access_denied_cmd_total', 'Commands refused by ACL'),
  counter('acl_access_denied_key', 'acl_access_denied_key_total', 'Keys refused by ACL'),
  counter(
    'acl_access_denied_channel',
    'acl_access_denied_channel_total',
    'Channels refused by ACL',
  ),
  gauge('sync_full', 'replica_resyncs_full', 'Full resynchronisations of replicas'),
  gauge('sync_partial_ok', 'replica_partial_resync_accepted', 'Partial resynchronisations granted'),
  gauge('sync_partial_err', 'replica_partial_resync_denied', 'Partial resynchronisations refused'),
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
  ]),
  ...newerRows('Redis 8.0', 'live: Redis 8.6.3', [
    counter(
      'cluster_incompatible_ops',
      'cluster_incompatible_ops_total',
      'Commands that a cluster would refuse, where they are sampled',
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
  ]),
]

export const stats = infoCollector({
  name: 'stats',
  help: 'connections, commands, traffic, key expiry and errors, from INFO stats',
  parts: [statsOfTraffic, statsOfKeys, statsOfThreads].map(fieldTable),
})
