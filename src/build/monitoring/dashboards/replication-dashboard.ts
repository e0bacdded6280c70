import {
  brokenLinks,
  type Dashboard,
  noneIsGood,
  okOrNot,
  rate,
  type States,
  serverLabels,
  serverLegend,
  sumOfEach,
  upOrDown,
} from './dashboard.ts'

const agreement: States = { 0: ['another master', 'red'], 1: ['agrees', 'green'] }
const theReplica = '{{slave_ip}}:{{slave_port}}'

/** Masters, their replicas, and the Sentinels that watch them. */
export const replicationDashboard: Dashboard = {
  name: 'replication',
  title: 'Redis / Replication and Sentinel',
  help: 'How far replicas are behind, whether their links hold, and what Sentinels think of their masters',
  of: 'several',
  stats: [
    {
      kind: 'stat',
      title: 'Masters',
      unit: 'none',
      queries: [
        {
          expr: 'count(count by (run_id) (redis_instance_info{role="master"}))',
          legend: 'masters',
        },
      ],
    },
    {
      kind: 'stat',
      title: 'Replicas',
      unit: 'none',
      queries: [
        {
          expr: 'count(count by (run_id) (redis_instance_info{role="slave"}))',
          legend: 'replicas',
        },
      ],
      none: '0',
    },
    brokenLinks,
    {
      kind: 'stat',
      title: 'Furthest behind',
      unit: 'bytes',
      queries: [{ expr: 'max(redis_connected_slave_lag_bytes)', legend: 'behind' }],
      none: 'no replicas',
    },
    {
      kind: 'stat',
      title: 'Masters down',
      help: 'To a Sentinel at least.',
      unit: 'none',
      queries: [
        {
          expr: 'sum(max by (master_name) (redis_sentinel_master_status == bool 0))',
          legend: 'down',
        },
      ],
      colors: noneIsGood,
      none: 'no Sentinels',
    },
    {
      kind: 'stat',
      title: 'Sentinels that disagree',
      unit: 'none',
      queries: [{ expr: 'sum(redis_sentinel_master_agreement == bool 0)', legend: 'disagree' }],
      colors: noneIsGood,
      needs: '--discover=sentinel',
      none: 'not discovered',
    },
  ],
  panels: [
    {
      kind: 'trend',
      title: 'Replicas behind, by their masters',
      unit: 'bytes',
      queries: [
        { expr: 'redis_connected_slave_lag_bytes', legend: `${serverLegend} → ${theReplica}` },
      ],
    },
    {
      kind: 'trend',
      title: 'Replicas last answered',
      unit: 's',
      queries: [
        { expr: 'redis_connected_slave_lag_seconds', legend: `${serverLegend} → ${theReplica}` },
      ],
    },
    {
      kind: 'trend',
      title: 'Replicas behind, by both sides',
      unit: 'bytes',
      queries: [
        {
          expr: 'max by (master, replica) (redis_replication_pair_lag_bytes)',
          legend: '{{master}} → {{replica}}',
        },
      ],
      needs: 'an exporter that watches master and replica',
    },
    {
      kind: 'timeline',
      title: 'Links of replicas',
      unit: 'none',
      queries: [{ expr: 'redis_master_link_up', legend: `${serverLegend} ← {{master_host}}` }],
      states: upOrDown,
    },
    {
      kind: 'trend',
      title: 'Replication traffic',
      unit: 'Bps',
      queries: [
        { expr: sumOfEach(rate('redis_net_repl_output_bytes_total')), legend: 'sent by masters' },
        { expr: sumOfEach(rate('redis_net_repl_input_bytes_total')), legend: 'read by replicas' },
      ],
    },
    {
      kind: 'trend',
      title: 'Backlog of masters',
      help: 'A replica that was away for longer than what is held loads everything anew.',
      unit: 'bytes',
      queries: [
        { expr: 'redis_repl_backlog_history_bytes', legend: `${serverLegend} held` },
        { expr: 'redis_replication_backlog_bytes', legend: `${serverLegend} size` },
      ],
    },
    {
      kind: 'trend',
      title: 'Resynchronisations',
      unit: 'short',
      queries: [
        {
          expr: 'increase(redis_replica_resyncs_full[$__rate_interval])',
          legend: `${serverLegend} full`,
        },
        {
          expr: 'increase(redis_replica_partial_resync_accepted[$__rate_interval])',
          legend: `${serverLegend} partial`,
        },
      ],
    },
    {
      kind: 'table',
      title: 'What Sentinels say',
      unit: 'short',
      labels: {
        instance: 'Instance',
        target: 'Target',
        master_name: 'Master',
        master_address: 'At',
      },
      queries: [
        {
          expr: `max by (${serverLabels}, master_name, master_address) (redis_sentinel_master_status)`,
          legend: 'State',
          states: upOrDown,
        },
        {
          expr: `max by (${serverLabels}, master_name, master_address) (redis_sentinel_master_ok_slaves)`,
          legend: 'Replicas',
        },
        {
          expr: `max by (${serverLabels}, master_name, master_address) (redis_sentinel_master_ok_sentinels)`,
          legend: 'Sentinels',
        },
        {
          expr: `max by (${serverLabels}, master_name, master_address) (redis_sentinel_master_setting_ckquorum)`,
          legend: 'Quorum',
        },
      ],
    },
    {
      kind: 'timeline',
      title: 'Sentinels that agree',
      unit: 'none',
      queries: [
        { expr: 'redis_sentinel_master_agreement', legend: '{{master_name}}: {{sentinel}}' },
      ],
      states: agreement,
      needs: '--discover=sentinel',
    },
    {
      kind: 'timeline',
      title: 'Sentinels that can fail over',
      unit: 'none',
      queries: [
        {
          expr: `max by (${serverLabels}, master_name) (redis_sentinel_master_ckquorum_status)`,
          legend: `{{master_name}}: ${serverLegend}`,
        },
      ],
      states: okOrNot,
    },
  ],
}
