import {
  type Dashboard,
  falling,
  hitRatio,
  memoryRatio,
  okOrNot,
  rate,
  rising,
  upOrDown,
} from './dashboard.ts'

/** All that is to be known of one server first. */
export const serverDashboard: Dashboard = {
  name: 'server',
  title: 'Redis / Server',
  help: 'One server: memory, commands, clients, keys, traffic, processor, errors, what it saves',
  of: 'one',
  stats: [
    {
      kind: 'stat',
      title: 'State',
      unit: 'none',
      queries: [{ expr: 'redis_up', legend: 'state' }],
      states: upOrDown,
    },
    {
      kind: 'stat',
      title: 'What it is',
      unit: 'none',
      queries: [
        { expr: 'redis_instance_info', legend: '{{role}} {{redis_version}} {{valkey_version}}' },
      ],
      showsName: true,
    },
    {
      kind: 'stat',
      title: 'Up for',
      unit: 'dtdurations',
      queries: [{ expr: 'redis_uptime_in_seconds', legend: 'up for' }],
    },
    {
      kind: 'stat',
      title: 'Memory, of the limit',
      unit: 'percentunit',
      queries: [{ expr: memoryRatio, legend: 'memory' }],
      colors: rising(0.8, 0.9),
      none: 'no limit',
    },
    {
      kind: 'stat',
      title: 'Keys found',
      help: 'Of those that were looked up.',
      unit: 'percentunit',
      queries: [{ expr: hitRatio, legend: 'found' }],
      colors: falling(0.5, 0.8),
      none: 'no lookups',
    },
    {
      kind: 'stat',
      title: 'Last snapshot',
      unit: 'none',
      queries: [{ expr: 'redis_rdb_last_bgsave_status', legend: 'snapshot' }],
      states: okOrNot,
    },
  ],
  panels: [
    {
      kind: 'trend',
      title: 'Commands',
      unit: 'ops',
      queries: [{ expr: rate('redis_commands_processed_total'), legend: 'commands' }],
    },
    {
      kind: 'trend',
      title: 'Memory',
      unit: 'bytes',
      queries: [
        { expr: 'redis_memory_used_bytes', legend: 'used' },
        { expr: 'redis_memory_used_dataset_bytes', legend: 'data' },
        { expr: 'redis_memory_used_rss_bytes', legend: 'resident' },
        { expr: 'redis_memory_used_peak_bytes', legend: 'peak' },
        { expr: 'redis_memory_max_bytes > 0', legend: 'limit' },
      ],
    },
    {
      kind: 'trend',
      title: 'Keys',
      unit: 'short',
      queries: [{ expr: 'redis_db_keys', legend: '{{db}}' }],
      stacked: true,
    },
    {
      kind: 'trend',
      title: 'Keys looked up',
      unit: 'cps',
      queries: [
        { expr: rate('redis_keyspace_hits_total'), legend: 'found' },
        { expr: rate('redis_keyspace_misses_total'), legend: 'not found' },
      ],
    },
    {
      kind: 'trend',
      title: 'Keys that went',
      unit: 'cps',
      queries: [
        { expr: rate('redis_expired_keys_total'), legend: 'expired' },
        { expr: rate('redis_evicted_keys_total'), legend: 'evicted' },
      ],
    },
    {
      kind: 'trend',
      title: 'Clients',
      unit: 'short',
      queries: [
        { expr: 'redis_connected_clients', legend: 'connected' },
        { expr: 'redis_blocked_clients', legend: 'waiting' },
      ],
    },
    {
      kind: 'trend',
      title: 'Traffic',
      unit: 'Bps',
      queries: [
        { expr: rate('redis_net_input_bytes_total'), legend: 'in' },
        { expr: rate('redis_net_output_bytes_total'), legend: 'out' },
      ],
    },
    {
      kind: 'trend',
      title: 'Processor',
      help: 'Of one core; commands run on one.',
      unit: 'percentunit',
      queries: [
        { expr: rate('redis_cpu_user_seconds_total'), legend: 'user' },
        { expr: rate('redis_cpu_sys_seconds_total'), legend: 'kernel' },
        {
          expr: `${rate('redis_cpu_user_children_seconds_total')} + ${rate('redis_cpu_sys_children_seconds_total')}`,
          legend: 'children, which save',
        },
      ],
      stacked: true,
    },
    {
      kind: 'trend',
      title: 'Error replies',
      unit: 'cps',
      queries: [{ expr: rate('redis_errors_total'), legend: '{{err}}' }],
    },
    {
      kind: 'trend',
      title: 'Changes that are in no snapshot',
      help: 'What would be lost with the server, where there is no append-only file.',
      unit: 'short',
      queries: [{ expr: 'redis_rdb_changes_since_last_save', legend: 'changes' }],
    },
  ],
}
