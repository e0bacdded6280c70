import { type Dashboard, most, rate, rising } from './dashboard.ts'

const time = rate('redis_commands_duration_seconds_total')
const calls = rate('redis_commands_total')

/** What takes the time of one server. */
export const commandsDashboard: Dashboard = {
  name: 'commands',
  title: 'Redis / Commands and latency',
  help: 'What takes the time of a server: commands by calls, time and latency, the slow ones, errors, spikes',
  of: 'one',
  stats: [
    {
      kind: 'stat',
      title: 'Commands',
      unit: 'ops',
      queries: [{ expr: rate('redis_commands_processed_total'), legend: 'commands' }],
    },
    {
      kind: 'stat',
      title: 'Time with commands',
      help: 'Of one core: beyond 1 clients wait.',
      unit: 'percentunit',
      queries: [{ expr: `sum(${time})`, legend: 'of a core' }],
      colors: rising(0.5, 0.8),
    },
    {
      kind: 'stat',
      title: 'A command takes',
      unit: 's',
      queries: [{ expr: `sum(${time}) / (sum(${calls}) > 0)`, legend: 'mean' }],
      none: 'no commands',
    },
    {
      kind: 'stat',
      title: 'Entries of the slow log',
      unit: 'short',
      queries: [{ expr: 'redis_slowlog_length', legend: 'entries' }],
    },
    {
      kind: 'stat',
      title: 'The newest slow command',
      unit: 's',
      queries: [{ expr: 'redis_last_slow_execution_duration_seconds', legend: 'took' }],
    },
    {
      kind: 'stat',
      title: 'The longest spike',
      unit: 's',
      queries: [{ expr: 'max(redis_latency_spike_max_seconds)', legend: 'spike' }],
      colors: rising(0.1, 1),
      needs: 'latency-monitor-threshold above 0 on the server',
      none: 'none',
    },
  ],
  panels: [
    {
      kind: 'trend',
      title: 'Commands that are called most',
      unit: 'ops',
      queries: [{ expr: most(calls), legend: '{{cmd}}' }],
    },
    {
      kind: 'trend',
      title: 'Commands that take most time',
      help: 'Of one core.',
      unit: 'percentunit',
      queries: [{ expr: most(time), legend: '{{cmd}}' }],
      stacked: true,
    },
    {
      kind: 'trend',
      title: 'Slowest commands, mean',
      unit: 's',
      queries: [{ expr: most(`${time} / (${calls} > 0)`), legend: '{{cmd}}' }],
    },
    {
      kind: 'trend',
      title: 'Slowest commands, 99 of 100 calls',
      unit: 'µs',
      queries: [
        {
          expr: most(
            `histogram_quantile(0.99, sum by (cmd, le) (${rate('redis_commands_latencies_usec_bucket')}))`,
          ),
          legend: '{{cmd}}',
        },
      ],
    },
    {
      kind: 'trend',
      title: 'Calls that failed or were refused',
      unit: 'cps',
      queries: [
        { expr: most(rate('redis_commands_failed_calls_total')), legend: '{{cmd}} failed' },
        { expr: most(rate('redis_commands_rejected_calls_total')), legend: '{{cmd}} refused' },
      ],
    },
    {
      kind: 'trend',
      title: 'Error replies',
      unit: 'cps',
      queries: [{ expr: rate('redis_errors_total'), legend: '{{err}}' }],
    },
    {
      kind: 'trend',
      title: 'Slow commands that came',
      unit: 'short',
      queries: [
        { expr: 'increase(redis_slowlog_last_id[$__rate_interval])', legend: 'slow commands' },
      ],
    },
    {
      kind: 'trend',
      title: 'Slow commands, by command',
      unit: 'cps',
      queries: [{ expr: most(rate('redis_slowlog_entries_total')), legend: '{{cmd}}' }],
    },
    {
      kind: 'trend',
      title: 'Large requests and replies',
      unit: 'cps',
      queries: [{ expr: most(rate('redis_commandlog_entries_total')), legend: '{{type}} {{cmd}}' }],
    },
    {
      kind: 'trend',
      title: 'Spikes, by event',
      unit: 's',
      queries: [{ expr: 'redis_latency_spike_duration_seconds', legend: '{{event_name}}' }],
      needs: 'latency-monitor-threshold above 0 on the server',
    },
    {
      kind: 'trend',
      title: 'The event loop',
      help: 'A cycle takes so long on average; the rest is what clients wait for beside commands.',
      unit: 'µs',
      queries: [
        {
          expr: `${rate('redis_eventloop_duration_sum_usec_total')} / (${rate('redis_eventloop_cycles_total')} > 0)`,
          legend: 'a cycle',
        },
        {
          expr: `${rate('redis_eventloop_duration_cmd_sum_usec_total')} / (${rate('redis_eventloop_cycles_total')} > 0)`,
          legend: 'of it commands',
        },
      ],
    },
  ],
}
