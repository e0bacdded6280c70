import type { AlertFault } from './alert-fault.ts'

/** Of replicas and what is kept on disk, of clusters and Sentinels. */
export const topologyFaults: readonly AlertFault[] = [
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
