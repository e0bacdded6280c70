import { type AlertGroup, perServer, theServer } from './alert.ts'

const replicaLabels = 'ignoring (slave_ip, slave_port, slave_state)'
const theReplica = 'Replica {{ $labels.slave_ip }}:{{ $labels.slave_port }}'

/** Replicas, and what is kept on disk. */
export const durabilityAlerts: AlertGroup = {
  name: 'redis-durability',
  title: 'Replicas and disks',
  alerts: [
    {
      name: 'RedisReplicaBroken',
      expr: 'redis_master_link_up == 0',
      for: '5m',
      severity: 'critical',
      summary: `${theServer} has no link to its master {{ $labels.master_host }}:{{ $labels.master_port }}`,
      reason:
        'The replica gets nothing new: what it serves is old, and it cannot take over without loss. While it loads all data the link counts as down too.',
      advice:
        'Its log tells why: masterauth, network, a full backlog. redis_master_sync_in_progress is 1 while it loads; where that comes again and again, raise repl-backlog-size and client-output-buffer-limit of replicas.',
    },
    {
      name: 'RedisReplicaBehind',
      expr: `redis_connected_slave_lag_bytes > ${replicaLabels} group_left () 0.5 * redis_replication_backlog_bytes`,
      for: '5m',
      severity: 'warning',
      summary: `${theReplica} of ${theServer} is {{ $value | humanize1024 }}B behind`,
      reason:
        'More than half of the backlog is not acknowledged: should the link break, the replica may have to load everything anew.',
      advice: 'Look at network and processor of the replica; raise repl-backlog-size.',
    },
    {
      name: 'RedisReplicaSilent',
      expr: 'redis_connected_slave_lag_seconds > 30',
      for: '2m',
      severity: 'warning',
      summary: `${theReplica} of ${theServer} last answered {{ $value | humanizeDuration }} ago`,
      reason: 'A replica answers once a second: it hangs, or the way to it is cut.',
      advice: 'Look at the replica and its machine; after repl-timeout the master drops it.',
    },
    {
      name: 'RedisReplicaLost',
      expr: `redis_connected_slaves == 0 and max_over_time(redis_connected_slaves[6h]) > 0 and ${perServer} redis_instance_info{role="master"}`,
      for: '5m',
      severity: 'critical',
      summary: `${theServer} has lost its last replica`,
      reason: 'It had one within six hours and has none now: nothing can take over from it.',
      advice:
        'Are the replicas up, and whom do they follow? RedisReplicaBroken tells from their side.',
    },
    {
      name: 'RedisSaveFails',
      expr: 'redis_rdb_last_bgsave_status == 0',
      for: '1m',
      severity: 'critical',
      summary: `${theServer} could not write its last snapshot`,
      reason:
        'What changed since the one before is lost with the server. It refuses writes meanwhile (stop-writes-on-bgsave-error).',
      advice: 'Its log tells why: a full disk, rights of the folder, no memory for the fork.',
    },
    {
      name: 'RedisSavesFailAgain',
      expr: 'redis_rdb_saves_consecutive_failures > 2 or redis_aof_rewrites_consecutive_failures > 2',
      for: '1m',
      severity: 'critical',
      summary: `${theServer} failed to write to its disk {{ $value }} times in a row`,
      reason: 'Snapshots, or rewrites of the append-only file, fail and go on failing.',
      advice: 'As for RedisSaveFails.',
      needs: 'a server that counts them (see the reference)',
    },
    {
      name: 'RedisNotSaved',
      expr: `time() - redis_rdb_last_save_timestamp_seconds > 86400 and redis_rdb_changes_since_last_save > 0 and ${perServer} redis_config_key_value{key="save",value!=""}`,
      for: '5m',
      severity: 'warning',
      summary: `${theServer} was last saved {{ $value | humanizeDuration }} ago`,
      reason: 'It is told to write snapshots and has written none for a day, though keys changed.',
      advice:
        'Look at `save` of its configuration and at its log. Take more than a day where `save` says so.',
      needs: '--include-config-metrics',
    },
    {
      name: 'RedisAppendOnlyFileFails',
      expr: 'redis_aof_last_write_status == 0 or redis_aof_last_bgrewrite_status == 0',
      for: '1m',
      severity: 'critical',
      summary: `${theServer} cannot write its append-only file`,
      reason: 'It refuses writes while it cannot append; without rewrites the file grows for ever.',
      advice: 'Its log tells why, mostly a full disk.',
    },
  ],
}

/** What a whole Cluster or Sentinel deployment is in. */
export const topologyAlerts: AlertGroup = {
  name: 'redis-topology',
  title: 'Clusters and Sentinels',
  alerts: [
    {
      name: 'RedisClusterDown',
      expr: 'redis_cluster_state == 0',
      for: '1m',
      severity: 'critical',
      summary: `To ${theServer} its cluster is down`,
      reason:
        'The node answers CLUSTERDOWN: slots have no master, or it does not see most of them.',
      advice: 'CLUSTER NODES on several nodes; `redis-cli --cluster check` tells what is missing.',
    },
    {
      name: 'RedisSlotsUncovered',
      expr: 'redis_topology_slots_covered < 16384',
      for: '1m',
      severity: 'critical',
      summary:
        '{{ printf "%.0f" $value }} of 16384 slots of the cluster {{ $labels.topology }} have a master that is well',
      reason: 'Keys of the other slots can be neither read nor written.',
      advice:
        'redis_topology_nodes_unreachable and redis_up tell the nodes; bring them back, or assign the slots anew.',
      needs: '--discover=cluster',
    },
    {
      name: 'RedisClusterDisagrees',
      expr: 'redis_topology_slots_disputed > 0 or redis_topology_nodes_disagreeing > 0',
      for: '5m',
      severity: 'warning',
      summary: 'The nodes of the cluster {{ $labels.topology }} disagree on their members or slots',
      reason: 'A partition, a node that was away for long, or resharding that was broken off.',
      advice:
        'Compare CLUSTER NODES of the nodes; `redis-cli --cluster fix` ends broken migrations.',
      needs: '--discover=cluster',
    },
    {
      name: 'RedisShardWithoutReplica',
      expr: 'redis_topology_masters_without_replica > 0 < redis_topology_shards',
      for: '5m',
      severity: 'warning',
      summary:
        '{{ $value }} shards of the cluster {{ $labels.topology }} have no replica that is well',
      reason: 'Others have one: should the master of such a shard fail, its slots are gone.',
      advice: 'Look at redis_up of the replicas and at RedisReplicaBroken.',
      needs: '--discover=cluster',
    },
    {
      name: 'RedisSentinelsDisagree',
      expr: 'redis_sentinel_master_agreement == 0',
      for: '2m',
      severity: 'critical',
      summary:
        'The Sentinel {{ $labels.sentinel }} names another master of {{ $labels.master_name }} than those that heard of the last failover',
      reason: 'Clients that ask it write to the wrong server, and what they write is lost.',
      advice: 'Can it reach the other Sentinels? SENTINEL RESET has it find them anew.',
      needs: '--discover=sentinel',
    },
    {
      name: 'RedisSentinelQuorumLost',
      expr: 'max without (message) (redis_sentinel_master_ckquorum_status) == 0',
      for: '2m',
      severity: 'critical',
      summary: `By the Sentinel ${theServer} there are too few for a failover of {{ $labels.master_name }}`,
      reason: 'Should the master fail now, nothing takes its place.',
      advice: 'SENTINEL CKQUORUM tells what is missing; bring the other Sentinels back.',
    },
    {
      name: 'RedisSentinelMasterDown',
      expr: 'redis_sentinel_master_status == 0',
      for: '2m',
      severity: 'critical',
      summary: `To the Sentinel ${theServer} the master {{ $labels.master_name }} is down ({{ $labels.master_status }})`,
      reason: 'A failover should have happened by now: there is no quorum or no fit replica.',
      advice: 'Look at RedisSentinelQuorumLost and at the log of the Sentinels.',
    },
  ],
}
