import { type Dashboard, noneIsGood, rate, rising } from './dashboard.ts'

/** Who is connected to one server. */
export const clientsDashboard: Dashboard = {
  name: 'clients',
  title: 'Redis / Clients',
  help: 'Who is connected to a server: by name, user and library, what they hold, who was turned away',
  of: 'one',
  stats: [
    {
      kind: 'stat',
      title: 'Connected',
      unit: 'short',
      queries: [{ expr: 'redis_connected_clients', legend: 'clients' }],
    },
    {
      kind: 'stat',
      title: 'Of those admitted',
      unit: 'percentunit',
      queries: [
        {
          expr: 'redis_connected_clients / (redis_max_clients or redis_config_maxclients)',
          legend: 'clients',
        },
      ],
      colors: rising(0.7, 0.85),
    },
    {
      kind: 'stat',
      title: 'Waiting',
      unit: 'short',
      queries: [{ expr: 'redis_blocked_clients', legend: 'clients' }],
    },
    {
      kind: 'stat',
      title: 'Turned away in an hour',
      unit: 'short',
      queries: [{ expr: 'increase(redis_rejected_connections_total[1h])', legend: 'clients' }],
      colors: noneIsGood,
    },
    {
      kind: 'stat',
      title: 'Memory of all',
      unit: 'bytes',
      queries: [{ expr: 'redis_clients_memory_bytes', legend: 'memory' }],
    },
    {
      kind: 'stat',
      title: 'Memory of the largest',
      unit: 'bytes',
      queries: [{ expr: 'redis_client_largest_memory_bytes', legend: 'memory' }],
    },
  ],
  panels: [
    {
      kind: 'trend',
      title: 'Clients',
      unit: 'short',
      queries: [
        { expr: 'redis_connected_clients', legend: 'connected' },
        { expr: 'redis_blocked_clients', legend: 'waiting' },
        { expr: 'redis_tracking_clients', legend: 'with a cache of their own' },
        { expr: 'redis_connected_slaves', legend: 'replicas' },
      ],
    },
    {
      kind: 'trend',
      title: 'New connections',
      help: 'Many of them are dear: clients should keep theirs.',
      unit: 'cps',
      queries: [{ expr: rate('redis_connections_received_total'), legend: 'accepted' }],
    },
    {
      kind: 'trend',
      title: 'Turned away or cut off',
      unit: 'cps',
      queries: [
        { expr: rate('redis_rejected_connections_total'), legend: 'maxclients' },
        {
          expr: rate('redis_client_query_buffer_limit_disconnections_total'),
          legend: 'query buffer',
        },
        {
          expr: rate('redis_client_output_buffer_limit_disconnections_total'),
          legend: 'output buffer',
        },
        { expr: rate('redis_evicted_clients_total'), legend: 'maxmemory-clients' },
      ],
    },
    {
      kind: 'trend',
      title: 'By name',
      unit: 'short',
      queries: [{ expr: 'redis_clients_by_name', legend: '{{name}}' }],
      stacked: true,
    },
    {
      kind: 'trend',
      title: 'By user',
      unit: 'short',
      queries: [{ expr: 'redis_clients_by_user', legend: '{{user}}' }],
      stacked: true,
    },
    {
      kind: 'trend',
      title: 'By library',
      unit: 'short',
      queries: [{ expr: 'redis_clients_by_library', legend: '{{lib_name}} {{lib_ver}}' }],
      stacked: true,
    },
    {
      kind: 'trend',
      title: 'Silent for',
      help: 'Half of the clients, and nine of ten, have sent something within this time.',
      unit: 's',
      queries: [0.5, 0.9].map((share) => ({
        expr: `histogram_quantile(${share}, redis_clients_idle_seconds_bucket)`,
        legend: `${share * 100} %`,
      })),
    },
    {
      kind: 'trend',
      title: 'Buffers of all clients',
      unit: 'bytes',
      queries: [
        { expr: 'redis_clients_query_buffer_bytes', legend: 'queries' },
        { expr: 'redis_clients_output_buffer_bytes', legend: 'replies' },
      ],
    },
    {
      kind: 'trend',
      title: 'Denied, of the newest entries of the ACL log',
      unit: 'short',
      queries: [{ expr: 'redis_acl_log_entries', legend: '{{reason}} {{context}}' }],
      stacked: true,
    },
    {
      kind: 'table',
      title: 'Clients of now',
      unit: 's',
      labels: {
        id: 'Id',
        name: 'Name',
        user: 'User',
        host: 'Host',
        db: 'Database',
        flags: 'Flags',
      },
      queries: [
        {
          expr: 'time() - max by (id, name) (redis_connected_client_created_at_timestamp)',
          legend: 'Connected for',
        },
        {
          expr: 'time() - max by (id, name) (redis_connected_client_idle_since_timestamp)',
          legend: 'Silent for',
        },
        {
          expr: 'max by (id, name, user, host, db, flags) (redis_connected_client_info)',
          legend: 'Who it is',
          hidden: true,
        },
      ],
      needs: '--export-client-list',
    },
  ],
}
