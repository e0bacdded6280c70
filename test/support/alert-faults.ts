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
  'redis_exporter_collector_success{collector="slowlog"}': '1x400',
  'redis_exporter_collector_errors_total{collector="slowlog",reason="noperm"}': '0x400',
  'redis_exporter_rejected_fields_total{collector="keyspace"}': '3x400',
  'redis_exporter_series_left_out_total{collector="check-keys"}': '70x400',
  // One walk each minute.
  'redis_exporter_scans_total{result="complete"}': '0+0.25x400',
  'redis_exporter_scans_total{result="failed"}': '0x400',
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

/** What goes wrong with one server, and what an alert says of it. */
export interface AlertFault {
  readonly fault: string
  /** In the place of the healthy ones. */
  readonly series: Readonly<Record<string, string>>
  readonly at: string
  readonly fires: string
  /** Where `$server` stands for the one that it befell. */
  readonly summary: string
  /** Those of the alert, where they are not those of the first series. */
  readonly labels?: Readonly<Record<string, string>>
  /** When nothing has happened yet; a moment before the fault unless told otherwise. */
  readonly quietAt?: string
}

export const alertFaults: readonly AlertFault[] = [
  {
    fault: 'Redis is down',
    series: {
      redis_up: '1x20 0x380',
      'redis_exporter_last_scrape_error{err=""}': '0x20 _x380',
      'redis_exporter_last_scrape_error{err="connection"}': '_x20 1x380',
    },
    at: '7m',
    fires: 'RedisDown',
    summary: '$server is down: connection',
  },
  {
    fault: 'Redis is down and nobody tells why',
    series: { redis_up: '1x20 0x380', 'redis_exporter_last_scrape_error{err=""}': '0x20 _x380' },
    at: '7m',
    fires: 'RedisDown',
    summary: '$server is down',
  },
  {
    fault: 'no poll begins any more',
    series: { redis_exporter_snapshot_timestamp_seconds: '0+15x20 300x380' },
    at: '8m',
    fires: 'RedisNotPolled',
    summary: '$server was last polled 3m 0s ago',
  },
  {
    fault: 'Redis comes and goes',
    series: { redis_up: '1x20 0 1 1 0 1 1 0 1 1 1x380' },
    at: '9m',
    fires: 'RedisFlapping',
    summary: '$server went up and down 6 times in 15 minutes',
  },
  {
    fault: 'Redis began anew',
    series: { redis_start_time_seconds: '1000x20 1300x380' },
    at: '8m',
    fires: 'RedisRestarted',
    summary: '$server was restarted',
  },
  {
    fault: 'polls are skipped',
    series: { redis_exporter_poll_skipped_total: '0x20 0+1x380' },
    at: '11m',
    fires: 'RedisPollsSkipped',
    summary: 'Polls of $server take longer than their interval',
  },
  {
    fault: 'a part is refused',
    series: { 'redis_exporter_collector_success{collector="slowlog"}': '1x20 0x380' },
    at: '11m',
    fires: 'RedisCollectorFails',
    summary: 'slowlog of $server cannot be read',
  },
  {
    fault: 'a part has failed once',
    series: {
      'redis_exporter_collector_errors_total{collector="slowlog",reason="noperm"}': '0x20 1x380',
    },
    at: '8m',
    fires: 'RedisCollectorFailed',
    summary: 'slowlog of $server failed (noperm)',
  },
  {
    fault: 'fields are rejected with every poll, by a series that comes with the first',
    series: { 'redis_exporter_rejected_fields_total{collector="keyspace"}': '_x20 2+2x380' },
    at: '12m',
    fires: 'RedisFieldsRejected',
    summary: '$server sends what keyspace cannot read',
  },
  {
    fault: 'series are left out with every walk, by a series that comes with the first',
    series: { 'redis_exporter_series_left_out_total{collector="check-keys"}': '_x20 70+70x380' },
    at: '8m',
    fires: 'RedisSeriesLeftOut',
    summary: 'check-keys of $server has more series than its bound lets through',
  },
  {
    fault: 'walks end no more',
    series: { 'redis_exporter_scans_total{result="complete"}': '0+0.25x20 5x380' },
    at: '70m',
    fires: 'RedisNotWalked',
    summary: 'No walk through the keys of $server ends',
  },
  {
    fault: 'no walk has ended since the start',
    series: { 'redis_exporter_scans_total{result="complete"}': '0x400' },
    at: '35m',
    fires: 'RedisNotWalked',
    summary: 'No walk through the keys of $server ends',
    quietAt: '1m',
  },
  ...['targets_file', 'web_config'].map((file) => ({
    fault: `a version of ${file} has mistakes`,
    series: { [`redis_exporter_${file}_last_reload_successful`]: '1x20 0x380' },
    at: '11m',
    fires: 'RedisExporterReloadFailed',
    summary: 'The exporter at $instance cannot use a file that changed',
  })),
  {
    fault: 'a certificate of the exporter expires in ten days',
    series: {
      'redis_exporter_web_certificate_expiry_timestamp_seconds{use="server",serial="01"}':
        '5000000x20 868020x380',
    },
    at: '67m',
    fires: 'RedisExporterCertificateExpires',
    summary: 'A certificate (server) of the exporter at $instance expires in 10d 0h 0m 0s',
  },
  {
    fault: 'memory is nearly full',
    series: { redis_memory_used_bytes: '500x20 950x380' },
    at: '13m',
    fires: 'RedisMemoryNearLimit',
    summary: '$server uses 95% of its memory limit',
  },
  {
    fault: 'writes are refused for lack of memory',
    series: { 'redis_errors_total{err="OOM"}': '3x20 3+2x380' },
    at: '8m',
    fires: 'RedisRefusesWrites',
    summary: '$server refuses writes, as its memory is full',
  },
  {
    fault: 'keys with an expiry are evicted',
    series: { redis_evicted_keys_total: '7x20 7+30x380' },
    at: '16m',
    fires: 'RedisEvictsKeys',
    summary: '$server throws away 2.0 keys per second before they expire',
  },
  {
    fault: 'a connection is rejected',
    series: { redis_rejected_connections_total: '2x20 3x380' },
    at: '8m',
    fires: 'RedisConnectionsRejected',
    summary: '$server turned clients away, as all its connections are taken',
  },
  {
    fault: 'most connections are taken',
    series: { redis_connected_clients: '10x20 90x380' },
    at: '13m',
    fires: 'RedisConnectionsNearLimit',
    summary: '$server has 90% of the clients that it admits',
  },
  {
    fault: 'most connections are taken on a server that tells its limit by CONFIG alone',
    series: {
      redis_connected_clients: '10x20 90x380',
      redis_max_clients: '_x400',
      redis_config_maxclients: '100x400',
    },
    at: '13m',
    fires: 'RedisConnectionsNearLimit',
    summary: '$server has 90% of the clients that it admits',
  },
  {
    fault: 'one key in ten is found in the place of nine',
    series: {
      redis_keyspace_hits_total: '0+270x100 27000+30x300',
      redis_keyspace_misses_total: '0+30x100 3000+270x300',
    },
    at: '49m',
    fires: 'RedisHitRatioCollapsed',
    summary: '$server finds 10% of the keys that are looked up, less than half of what it did',
    quietAt: '24m',
  },
  {
    fault: 'a command takes a tenth of a second',
    series: { 'redis_commands_duration_seconds_total{cmd="get"}': '0+0.15x20 3+15x380' },
    at: '18m',
    fires: 'RedisCommandSlow',
    summary: 'get takes 100ms on $server',
  },
  {
    fault: 'the slow log grows',
    series: { redis_slowlog_last_id: '0+0.1x20 2+1x380' },
    at: '24m',
    fires: 'RedisSlowlogGrows',
    summary: '$server had 40 slow commands in 10 minutes',
  },
  ...['auth', 'tls_cert'].map((kind) => ({
    fault: `logins are refused (${kind})`,
    series: { [`redis_acl_access_denied_${kind}_total`]: '0x20 0+3x380' },
    at: '16m',
    fires: 'RedisLoginsRefused',
    summary: '$server refused 120 logins in 10 minutes',
  })),
  ...['cmd', 'key', 'channel', 'db'].map((kind) => ({
    fault: `users do what they may not (${kind})`,
    series: { [`redis_acl_access_denied_${kind}_total`]: '0x20 0+3x380' },
    at: '16m',
    fires: 'RedisAccessDenied',
    summary: '$server denied commands, keys or channels 120 times in 10 minutes',
  })),
  {
    fault: 'a Redis before 7.2 refuses logins',
    series: { 'redis_errors_total{err="WRONGPASS"}': '_x20 0+3x380' },
    at: '16m',
    fires: 'RedisLoginsRefused',
    labels: {},
    summary: '$server refused 120 logins in 10 minutes',
  },
  {
    fault: 'users of a Redis before 7.2 do what they may not',
    series: { 'redis_errors_total{err="NOPERM"}': '_x20 0+3x380' },
    at: '16m',
    fires: 'RedisAccessDenied',
    labels: {},
    summary: '$server denied commands, keys or channels 120 times in 10 minutes',
  },
  ...['server', 'client'].map((use) => ({
    fault: `the ${use} certificate of the connection to Redis expires in ten days`,
    series: {
      [`redis_tls_certificate_expiry_timestamp_seconds{use="${use}"}`]: '5000000x20 868020x380',
    },
    at: '67m',
    fires: 'RedisCertificateExpires',
    summary: `A certificate (${use}) for $server expires in 10d 0h 0m 0s`,
  })),
  ...Object.entries({ server: 'server', client: 'outgoing', ca: 'ca' }).map(([field, use]) => ({
    fault: `Redis tells that its ${field} certificate expires in ten days`,
    series: { [`redis_tls_${field}_cert_expires_in_seconds`]: '5000000x20 864000x380' },
    at: '67m',
    fires: 'RedisCertificateExpires',
    labels: { use },
    summary: `A certificate (${use}) for $server expires in 10d 0h 0m 0s`,
  })),
  {
    fault: 'the certificate expires in ten days that the server shows and tells of',
    series: {
      'redis_tls_certificate_expiry_timestamp_seconds{use="server"}': '5000000x20 868020x380',
      redis_tls_server_cert_expires_in_seconds: '5000000x20 864000x380',
    },
    at: '67m',
    fires: 'RedisCertificateExpires',
    summary: 'A certificate (server) for $server expires in 10d 0h 0m 0s',
  },
  {
    fault: 'a replica has no link to its master',
    series: { 'redis_master_link_up{master_host="db-0",master_port="6379"}': '1x20 0x380' },
    at: '11m',
    fires: 'RedisReplicaBroken',
    summary: '$server has no link to its master db-0:6379',
  },
  {
    fault: 'a replica is behind by most of the backlog',
    series: {
      'redis_connected_slave_lag_bytes{slave_ip="10.0.0.2",slave_port="6379",slave_state="online"}':
        '100x20 786432x380',
    },
    at: '11m',
    fires: 'RedisReplicaBehind',
    summary: 'Replica 10.0.0.2:6379 of $server is 768kiB behind',
  },
  {
    fault: 'a replica says nothing',
    series: {
      'redis_connected_slave_lag_seconds{slave_ip="10.0.0.2",slave_port="6379",slave_state="online"}':
        '1x20 45x380',
    },
    at: '8m',
    fires: 'RedisReplicaSilent',
    summary: 'Replica 10.0.0.2:6379 of $server last answered 45s ago',
  },
  {
    fault: 'the last replica is gone',
    series: { redis_connected_slaves: '1x20 0x380' },
    at: '11m',
    fires: 'RedisReplicaLost',
    summary: '$server has lost its last replica',
  },
  {
    fault: 'a snapshot could not be written',
    series: { redis_rdb_last_bgsave_status: '1x20 0x380' },
    at: '7m',
    fires: 'RedisSaveFails',
    summary: '$server could not write its last snapshot',
  },
  ...['rdb_saves', 'aof_rewrites'].map((what) => ({
    fault: `${what} fail one after the other`,
    series: { [`redis_${what}_consecutive_failures`]: '0x20 3x380' },
    at: '7m',
    fires: 'RedisSavesFailAgain',
    summary: '$server failed to write to its disk 3 times in a row',
  })),
  {
    fault: 'no snapshot was written for a day',
    series: { redis_rdb_last_save_timestamp_seconds: '0x20 -86400x380' },
    at: '12m',
    fires: 'RedisNotSaved',
    summary: '$server was last saved 1d 0h 12m 0s ago',
  },
  ...['last_write', 'last_bgrewrite'].map((what) => ({
    fault: `the append-only file cannot be written (${what})`,
    series: { [`redis_aof_${what}_status`]: '1x20 0x380' },
    at: '7m',
    fires: 'RedisAppendOnlyFileFails',
    summary: '$server cannot write its append-only file',
  })),
  {
    fault: 'a cluster is down',
    series: { redis_cluster_state: '1x20 0x380' },
    at: '7m',
    fires: 'RedisClusterDown',
    summary: 'To $server its cluster is down',
  },
  {
    fault: 'slots have no master that is well',
    series: { 'redis_topology_slots_covered{topology="shop"}': '16384x20 10923x380' },
    at: '7m',
    fires: 'RedisSlotsUncovered',
    summary: '10923 of 16384 slots of the cluster shop have a master that is well',
  },
  ...['slots_disputed', 'nodes_disagreeing'].map((what) => ({
    fault: `the nodes of a cluster disagree (${what})`,
    series: { [`redis_topology_${what}{topology="shop"}`]: '0x20 2x380' },
    at: '11m',
    fires: 'RedisClusterDisagrees',
    summary: 'The nodes of the cluster shop disagree on their members or slots',
  })),
  {
    fault: 'one shard of three has lost its replica',
    series: { 'redis_topology_masters_without_replica{topology="shop"}': '0x20 1x380' },
    at: '11m',
    fires: 'RedisShardWithoutReplica',
    summary: '1 shards of the cluster shop have no replica that is well',
  },
  {
    fault: 'a Sentinel names another master',
    series: {
      'redis_sentinel_master_agreement{topology="s",master_name="main",sentinel="s-2:26379"}':
        '1x20 0x380',
    },
    at: '8m',
    fires: 'RedisSentinelsDisagree',
    summary:
      'The Sentinel s-2:26379 names another master of main than those that heard of the last failover',
  },
  {
    fault: 'there are too few Sentinels for a failover',
    series: {
      'redis_sentinel_master_ckquorum_status{master_name="main",message="OK 3 usable"}':
        '1x20 stale',
      'redis_sentinel_master_ckquorum_status{master_name="main",message="NOQUORUM 1 usable"}':
        '_x20 0x380',
    },
    at: '8m',
    fires: 'RedisSentinelQuorumLost',
    labels: { master_name: 'main' },
    summary: 'By the Sentinel $server there are too few for a failover of main',
  },
  {
    fault: 'a master is down to a Sentinel',
    series: {
      'redis_sentinel_master_status{master_name="main",master_address="db-0:6379",master_status="ok"}':
        '1x20 _x380',
      'redis_sentinel_master_status{master_name="main",master_address="db-0:6379",master_status="odown"}':
        '_x20 0x380',
    },
    at: '8m',
    fires: 'RedisSentinelMasterDown',
    labels: { master_name: 'main', master_address: 'db-0:6379', master_status: 'odown' },
    summary: 'To the Sentinel $server the master main is down (odown)',
  },
]

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
