import { type Dashboard, most, noneIsGood, rate, rising, serverLegend } from './dashboard.ts'

/** How the exporter does. */
export const exporterDashboard: Dashboard = {
  name: 'exporter',
  title: 'Redis / Exporter',
  help: 'The exporter itself: polls and how long they take, collectors that fail, series, requests, memory, certificates',
  of: 'exporters',
  stats: [
    {
      kind: 'stat',
      title: 'Exporters',
      unit: 'none',
      queries: [{ expr: 'count(redis_exporter_build_info)', legend: 'exporters' }],
    },
    {
      kind: 'stat',
      title: 'Targets up',
      unit: 'percentunit',
      queries: [{ expr: 'avg(redis_up)', legend: 'up' }],
      colors: ['red', [1, 'green']],
    },
    {
      kind: 'stat',
      title: 'Oldest figures',
      help: 'Twice the interval of polls and of scrapes is usual.',
      unit: 's',
      queries: [{ expr: 'max(time() - redis_exporter_snapshot_timestamp_seconds)', legend: 'old' }],
      colors: rising(60, 120),
    },
    {
      kind: 'stat',
      title: 'Collectors that fail',
      unit: 'none',
      queries: [{ expr: 'sum(redis_exporter_collector_success == bool 0)', legend: 'collectors' }],
      colors: noneIsGood,
    },
    {
      kind: 'stat',
      title: 'Series',
      unit: 'short',
      queries: [{ expr: 'sum(redis_exporter_snapshot_series)', legend: 'series' }],
    },
    {
      kind: 'stat',
      title: 'Memory',
      unit: 'bytes',
      queries: [
        {
          expr: 'sum(process_resident_memory_bytes and on (job, instance) redis_exporter_build_info)',
          legend: 'resident',
        },
      ],
    },
  ],
  panels: [
    {
      kind: 'trend',
      title: 'Polls, by result',
      unit: 'cps',
      queries: [
        { expr: `sum by (result) (${rate('redis_exporter_polls_total')})`, legend: '{{result}}' },
        { expr: `sum(${rate('redis_exporter_poll_skipped_total')})`, legend: 'skipped' },
      ],
    },
    {
      kind: 'trend',
      title: 'Slowest polls',
      unit: 's',
      queries: [
        { expr: most('redis_exporter_last_scrape_duration_seconds'), legend: serverLegend },
      ],
    },
    {
      kind: 'trend',
      title: 'Slowest collectors',
      help: 'Of the server on which each takes longest.',
      unit: 's',
      queries: [
        {
          expr: most('max by (collector) (redis_exporter_collector_duration_seconds)'),
          legend: '{{collector}}',
        },
      ],
    },
    {
      kind: 'trend',
      title: 'Failures of collectors',
      unit: 'cps',
      queries: [
        {
          expr: most(
            `sum by (collector, reason) (${rate('redis_exporter_collector_errors_total')})`,
          ),
          legend: '{{collector}}: {{reason}}',
        },
      ],
    },
    {
      kind: 'trend',
      title: 'Left out or not understood',
      unit: 'cps',
      queries: [
        {
          expr: `sum by (collector) (${rate('redis_exporter_series_left_out_total')})`,
          legend: '{{collector}} left out',
        },
        {
          expr: `sum by (collector) (${rate('redis_exporter_rejected_fields_total')})`,
          legend: '{{collector}} not understood',
        },
      ],
    },
    {
      kind: 'trend',
      title: 'Largest targets',
      unit: 'short',
      queries: [{ expr: most('redis_exporter_snapshot_series'), legend: serverLegend }],
    },
    {
      kind: 'trend',
      title: 'Requests',
      unit: 'reqps',
      queries: [
        {
          expr: `sum by (path, code) (${rate('redis_exporter_http_requests_total')})`,
          legend: '{{path}} {{code}}',
        },
      ],
    },
    {
      kind: 'trend',
      title: 'Processor',
      help: 'Of one core.',
      unit: 'percentunit',
      queries: [
        {
          expr: `${rate('process_cpu_seconds_total')} and on (job, instance) redis_exporter_build_info`,
          legend: '{{instance}}',
        },
      ],
    },
    {
      kind: 'trend',
      title: 'Connections and lines of the log that were given up',
      unit: 'cps',
      queries: [
        {
          expr: `sum by (reason) (${rate('redis_exporter_http_connections_closed_total')})`,
          legend: 'connections: {{reason}}',
        },
        { expr: `sum(${rate('redis_exporter_log_lines_dropped_total')})`, legend: 'lines' },
      ],
    },
    {
      kind: 'trend',
      title: 'Certificates expire in',
      unit: 's',
      queries: [
        {
          expr: 'redis_tls_certificate_expiry_timestamp_seconds - time()',
          legend: `to Redis: {{use}} ${serverLegend}`,
        },
        {
          expr: 'redis_exporter_web_certificate_expiry_timestamp_seconds - time()',
          legend: 'of the port: {{use}} {{serial}} {{instance}}',
        },
      ],
      needs: 'TLS to Redis or on the port',
    },
  ],
}
