import { type Dashboard, most, rate, rising } from './dashboard.ts'

const walked = 'an option that looks for keys, such as --check-keys'
const theKey = '{{db}} {{key}}'
const theGroup = '{{db}} {{stream}} {{group}}'

/** What one server holds. */
export const keysDashboard: Dashboard = {
  name: 'keys',
  title: 'Redis / Keys and streams',
  help: 'What a server holds: keys by database, type, pattern and group, the biggest, streams and who reads them',
  of: 'one',
  stats: [
    {
      kind: 'stat',
      title: 'Keys',
      unit: 'short',
      queries: [{ expr: 'sum(redis_db_keys)', legend: 'keys' }],
    },
    {
      kind: 'stat',
      title: 'That expire',
      unit: 'percentunit',
      queries: [
        { expr: 'sum(redis_db_keys_expiring) / (sum(redis_db_keys) > 0)', legend: 'expire' },
      ],
      none: 'no keys',
    },
    {
      kind: 'stat',
      title: 'Not read by groups',
      unit: 'short',
      queries: [{ expr: 'sum(redis_stream_group_lag)', legend: 'entries' }],
      needs: '--check-streams or --check-single-streams',
    },
    {
      kind: 'stat',
      title: 'Last scan began',
      unit: 's',
      queries: [{ expr: 'redis_exporter_scan_age_seconds', legend: 'ago' }],
      needs: walked,
    },
    {
      kind: 'stat',
      title: 'Scan',
      unit: 'percentunit',
      queries: [{ expr: 'redis_exporter_scan_progress_ratio', legend: 'seen' }],
      needs: walked,
    },
    {
      kind: 'stat',
      title: 'Load of the scan',
      unit: 'percentunit',
      queries: [{ expr: 'redis_exporter_scan_load_ratio', legend: 'of a core' }],
      colors: rising(0.2, 0.5),
      needs: walked,
    },
  ],
  panels: [
    {
      kind: 'trend',
      title: 'Keys, by database',
      unit: 'short',
      queries: [{ expr: 'redis_db_keys', legend: '{{db}}' }],
      stacked: true,
    },
    {
      kind: 'trend',
      title: 'Keys, by type',
      unit: 'short',
      queries: [{ expr: 'redis_keys_by_type', legend: '{{db}} {{type}}' }],
      stacked: true,
    },
    {
      kind: 'trend',
      title: 'Memory, by type',
      unit: 'bytes',
      queries: [{ expr: 'redis_keys_by_type_memory_bytes', legend: '{{db}} {{type}}' }],
      stacked: true,
    },
    {
      kind: 'trend',
      title: 'Sizes, by type',
      help: 'So many elements, or bytes of a string, have 99 of 100 keys at most.',
      unit: 'short',
      queries: [
        {
          expr: 'histogram_quantile(0.99, sum by (type, le) (redis_key_size_distribution_bucket))',
          legend: '{{type}}',
        },
      ],
    },
    {
      kind: 'trend',
      title: 'Keys that match',
      unit: 'short',
      queries: [{ expr: 'redis_keys_count', legend: theKey }],
      needs: '--count-keys',
    },
    {
      kind: 'trend',
      title: 'Groups of keys that take most',
      unit: 'bytes',
      queries: [
        { expr: most('redis_key_group_memory_usage_bytes'), legend: '{{db}} {{key_group}}' },
      ],
      needs: '--check-key-groups',
    },
    {
      kind: 'table',
      title: 'Biggest keys',
      unit: 'bytes',
      labels: { db: 'Database', type: 'Type', key: 'Key' },
      queries: [
        { expr: 'max by (db, type, key) (redis_biggest_key_memory_bytes)', legend: 'Memory' },
      ],
    },
    {
      kind: 'trend',
      title: 'Memory of keys that are looked at',
      unit: 'bytes',
      queries: [{ expr: most('redis_key_memory_usage_bytes'), legend: theKey }],
      needs: '--check-keys or --check-single-keys',
    },
    {
      kind: 'trend',
      title: 'Entries that come into streams',
      unit: 'cps',
      queries: [{ expr: rate('redis_stream_entries_added_total'), legend: '{{db}} {{stream}}' }],
      needs: '--check-streams or --check-single-streams',
    },
    {
      kind: 'trend',
      title: 'Entries that groups have not read, or not acknowledged',
      unit: 'short',
      queries: [
        { expr: 'redis_stream_group_lag', legend: `${theGroup} not read` },
        { expr: 'redis_stream_group_messages_pending', legend: `${theGroup} not acknowledged` },
      ],
      needs: '--check-streams or --check-single-streams',
    },
  ],
}
