import {
  brokenLinks,
  type Dashboard,
  falling,
  hitRatio,
  memoryRatio,
  most,
  noneIsGood,
  rate,
  rising,
  serverLabels,
  serverLegend,
  sumOfEach,
  upOrDown,
} from './dashboard.ts'

const bySpeed = rate('redis_commands_processed_total')
const ofServer = (expr: string) => `max by (${serverLabels}) (${expr})`

/** All servers at a glance. */
export const overviewDashboard: Dashboard = {
  name: 'overview',
  title: 'Redis / Overview',
  help: 'All servers at a glance: which are up, what they do, which of them needs a look',
  of: 'several',
  stats: [
    {
      kind: 'stat',
      title: 'Servers up',
      help: 'Each is counted once, whoever watches it.',
      unit: 'none',
      queries: [{ expr: 'count(count by (run_id) (redis_instance_info))', legend: 'up' }],
    },
    {
      kind: 'stat',
      title: 'Down',
      unit: 'none',
      queries: [{ expr: 'sum(redis_up == bool 0)', legend: 'down' }],
      colors: noneIsGood,
    },
    {
      kind: 'stat',
      title: 'Alerts',
      help: 'Those that fire, of the rules beside this dashboard.',
      unit: 'none',
      queries: [
        {
          expr: 'count(ALERTS{alertname=~"Redis.+",alertstate="firing"})',
          legend: 'firing',
        },
      ],
      colors: noneIsGood,
      none: '0',
    },
    brokenLinks,
    {
      kind: 'stat',
      title: 'Commands',
      unit: 'ops',
      queries: [{ expr: sumOfEach(bySpeed), legend: 'commands' }],
    },
    {
      kind: 'stat',
      title: 'Memory',
      unit: 'bytes',
      queries: [{ expr: sumOfEach('redis_memory_used_bytes'), legend: 'memory' }],
    },
    {
      kind: 'stat',
      title: 'Clients',
      unit: 'short',
      queries: [{ expr: sumOfEach('redis_connected_clients'), legend: 'clients' }],
    },
    {
      kind: 'stat',
      title: 'Keys of masters',
      unit: 'short',
      queries: [
        {
          expr: sumOfEach('sum without (db) (redis_db_keys)', '{role="master"}'),
          legend: 'keys',
        },
      ],
    },
  ],
  panels: [
    {
      kind: 'table',
      title: 'Servers',
      unit: 'short',
      labels: {
        job: 'Job',
        instance: 'Instance',
        target: 'Target',
        role: 'Role',
        redis_version: 'Version',
        valkey_version: 'Valkey',
        err: 'Why it is down',
      },
      leadsToServer: true,
      queries: [
        { expr: ofServer('redis_up'), legend: 'State', states: upOrDown },
        {
          expr: `max by (${serverLabels}, role, redis_version, valkey_version) (redis_instance_info)`,
          legend: 'What it is',
          hidden: true,
        },
        { expr: ofServer('redis_uptime_in_seconds'), legend: 'Up for', unit: 'dtdurations' },
        { expr: ofServer('redis_memory_used_bytes'), legend: 'Memory', unit: 'bytes' },
        {
          expr: ofServer(memoryRatio),
          legend: 'Of its limit',
          unit: 'percentunit',
          colors: rising(0.8, 0.9),
        },
        { expr: ofServer(bySpeed), legend: 'Commands', unit: 'ops' },
        { expr: ofServer(hitRatio), legend: 'Found', unit: 'percentunit' },
        { expr: ofServer('redis_connected_clients'), legend: 'Clients' },
        { expr: `sum by (${serverLabels}) (redis_db_keys)`, legend: 'Keys' },
        {
          expr: `max by (${serverLabels}, err) (redis_exporter_last_scrape_error)`,
          legend: 'Reason',
          hidden: true,
        },
      ],
    },
    {
      kind: 'trend',
      title: 'Busiest servers',
      help: 'The ten that run most commands.',
      unit: 'ops',
      queries: [{ expr: most(bySpeed), legend: serverLegend }],
    },
    {
      kind: 'trend',
      title: 'Memory, of the limit',
      help: 'The ten servers that are fullest, of those that have a limit.',
      unit: 'percentunit',
      queries: [{ expr: most(memoryRatio), legend: serverLegend }],
      colors: rising(0.8, 0.9),
      most: 1,
    },
    {
      kind: 'trend',
      title: 'Keys found, of those looked up',
      help: 'The ten servers that find fewest.',
      unit: 'percentunit',
      queries: [{ expr: `bottomk(10, ${hitRatio})`, legend: serverLegend }],
      colors: falling(0.5, 0.8),
      most: 1,
    },
    {
      kind: 'trend',
      title: 'Keys evicted',
      help: 'The ten servers that throw away most for want of memory.',
      unit: 'cps',
      queries: [{ expr: most(rate('redis_evicted_keys_total')), legend: serverLegend }],
    },
    {
      kind: 'trend',
      title: 'Servers with most clients',
      help: 'The ten that have most.',
      unit: 'short',
      queries: [{ expr: most('redis_connected_clients'), legend: serverLegend }],
    },
    {
      kind: 'timeline',
      title: 'Up and down',
      unit: 'none',
      queries: [{ expr: 'redis_up', legend: serverLegend }],
      states: upOrDown,
    },
  ],
}
