import type { AlertFault } from './alert-fault.ts'

/** Of whether Redis is there, is polled and walked, and of the exporter itself. */
export const exporterFaults: readonly AlertFault[] = [
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
    fault: 'the password has changed and the old connection goes on',
    series: { 'redis_exporter_connection_renewals_failed_total{reason="auth"}': '0x20 0+0.25x380' },
    at: '22m',
    fires: 'RedisConnectionNotRenewed',
    summary: 'The connection to $server cannot be renewed (auth)',
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
    fault: 'nobody tells any more who belongs to a cluster',
    series: {
      'redis_exporter_discovery_last_successful{source="cluster redis://a:7000"}': '1x20 0x380',
    },
    at: '11m',
    fires: 'RedisDiscoveryFails',
    summary: 'The exporter at $instance cannot find out who belongs to cluster redis://a:7000',
  },
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
]
