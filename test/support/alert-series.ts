// Series for `promtool test rules`. Each sample is 15 s behind the one before: 20 of them are the
// five minutes in which all is well. Rules are evaluated once a minute, and an alert may come before the
// recording rule that it reads, so those see a fault a minute later.

/** What a server tells that is well, of every feature at once. */
export const healthySeries: Readonly<Record<string, string>> = {
  redis_up: '1x400',
  'redis_exporter_last_scrape_error{err=""}': '0x400',
  redis_start_time_seconds: '1000x400',
  redis_exporter_snapshot_timestamp_seconds: '0+15x400',
  redis_exporter_poll_skipped_total: '0x400',
  'redis_exporter_connection_renewals_failed_total{reason="auth"}': '3x400',
  'redis_exporter_collector_success{collector="slowlog"}': '1x400',
  'redis_exporter_collector_errors_total{collector="slowlog",reason="noperm"}': '0x400',
  'redis_exporter_rejected_fields_total{collector="keyspace"}': '3x400',
  'redis_exporter_series_left_out_total{collector="check-keys"}': '70x400',
  // One walk each minute.
  'redis_exporter_scans_total{result="complete"}': '0+0.25x400',
  'redis_exporter_scans_total{result="failed"}': '0x400',
  'redis_exporter_discovery_last_successful{source="cluster redis://a:7000"}': '1x400',
  redis_exporter_targets_file_last_reload_successful: '1x400',
  redis_exporter_web_config_last_reload_successful: '1x400',
  'redis_exporter_web_certificate_expiry_timestamp_seconds{use="server",serial="01"}':
    '5000000x400',
  'redis_instance_info{role="master",maxmemory_policy="noeviction"}': '1x400',
  redis_memory_used_bytes: '500x400',
  redis_memory_max_bytes: '1000x400',
  'redis_errors_total{err="OOM"}': '3x400',
  redis_evicted_keys_total: '7x400',
  redis_rejected_connections_total: '2x400',
  redis_connected_clients: '10x400',
  redis_max_clients: '100x400',
  // 20 lookups a second, of which nine in ten find their key.
  redis_keyspace_hits_total: '0+270x400',
  redis_keyspace_misses_total: '0+30x400',
  'redis_commands_total{cmd="get"}': '0+150x400',
  'redis_commands_duration_seconds_total{cmd="get"}': '0+0.15x400',
  redis_slowlog_last_id: '0+0.1x400',
  redis_acl_access_denied_auth_total: '5x400',
  redis_acl_access_denied_tls_cert_total: '0x400',
  redis_acl_access_denied_cmd_total: '0x400',
  redis_acl_access_denied_key_total: '4x400',
  redis_acl_access_denied_channel_total: '0x400',
  redis_acl_access_denied_db_total: '0x400',
  'redis_tls_certificate_expiry_timestamp_seconds{use="server"}': '5000000x400',
  'redis_tls_certificate_expiry_timestamp_seconds{use="client"}': '5000000x400',
  redis_tls_server_cert_expires_in_seconds: '5000000-15x400',
  redis_tls_client_cert_expires_in_seconds: '5000000-15x400',
  redis_tls_ca_cert_expires_in_seconds: '5000000-15x400',
  'redis_master_link_up{master_host="db-0",master_port="6379"}': '1x400',
  'redis_connected_slave_lag_bytes{slave_ip="10.0.0.2",slave_port="6379",slave_state="online"}':
    '100x400',
  'redis_connected_slave_lag_seconds{slave_ip="10.0.0.2",slave_port="6379",slave_state="online"}':
    '1x400',
  redis_replication_backlog_bytes: '1048576x400',
  redis_connected_slaves: '1x400',
  redis_rdb_last_bgsave_status: '1x400',
  redis_rdb_saves_consecutive_failures: '0x400',
  redis_aof_rewrites_consecutive_failures: '0x400',
  redis_rdb_last_save_timestamp_seconds: '0x400',
  redis_rdb_changes_since_last_save: '5x400',
  'redis_config_key_value{key="save",value="3600 1"}': '1x400',
  redis_aof_last_write_status: '1x400',
  redis_aof_last_bgrewrite_status: '1x400',
  redis_cluster_state: '1x400',
  'redis_topology_slots_covered{topology="shop"}': '16384x400',
  'redis_topology_slots_disputed{topology="shop"}': '0x400',
  'redis_topology_nodes_disagreeing{topology="shop"}': '0x400',
  'redis_topology_masters_without_replica{topology="shop"}': '0x400',
  'redis_topology_shards{topology="shop"}': '3x400',
  'redis_sentinel_master_agreement{topology="s",master_name="main",sentinel="s-2:26379"}': '1x400',
  'redis_sentinel_master_ckquorum_status{master_name="main",message="OK 3 usable"}': '1x400',
  'redis_sentinel_master_status{master_name="main",master_address="db-0:6379",master_status="ok"}':
    '1x400',
}

/** What looks like a fault and is none. */
export const harmless: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'a cache that may throw away any key is full and does so': {
    'redis_instance_info{role="master",maxmemory_policy="noeviction"}': '_x400',
    'redis_instance_info{role="master",maxmemory_policy="allkeys-lru"}': '1x400',
    redis_memory_used_bytes: '1000x400',
    redis_evicted_keys_total: '0+30x400',
  },
  'memory has no limit': { redis_memory_max_bytes: '0x400' },
  'a server never had a replica': { redis_connected_slaves: '0x400' },
  'a master has become a replica, with none of its own': {
    redis_connected_slaves: '1x20 0x380',
    'redis_instance_info{role="master",maxmemory_policy="noeviction"}': '1x20 _x380',
    'redis_instance_info{role="slave",maxmemory_policy="noeviction"}': '_x20 1x380',
  },
  'no shard of a cluster has a replica': {
    'redis_topology_masters_without_replica{topology="shop"}': '3x400',
  },
  'few keys are looked up, and fewer found than before': {
    redis_keyspace_hits_total: '0+27x100 2700+3x300',
    redis_keyspace_misses_total: '0+3x100 300+27x300',
  },
  'nothing is looked up': {
    redis_keyspace_hits_total: '9x400',
    redis_keyspace_misses_total: '9x400',
  },
  'a server that shall write no snapshots has written none': {
    'redis_config_key_value{key="save",value="3600 1"}': '_x400',
    'redis_config_key_value{key="save",value=""}': '1x400',
    redis_rdb_last_save_timestamp_seconds: '-200000x400',
  },
  'nothing has changed since the last snapshot': {
    redis_rdb_changes_since_last_save: '0x400',
    redis_rdb_last_save_timestamp_seconds: '-200000x400',
  },
  'saving all keys takes a second each time': {
    'redis_commands_total{cmd="save"}': '0+1x400',
    'redis_commands_duration_seconds_total{cmd="save"}': '0+1x400',
  },
}
