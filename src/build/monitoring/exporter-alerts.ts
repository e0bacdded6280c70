import { type AlertGroup, theServer } from './alert.ts'

// The reason of the last poll stands in a label of another metric; where it cannot be found, it is left out.
const withReason =
  '{{ with printf "redis_exporter_last_scrape_error{job=%q,instance=%q,target=%q} == 1" $labels.job $labels.instance $labels.target | query }}: {{ . | first | label "err" }}{{ end }}'

/** Whether a server can be reached, and whether what is told of it is whole. */
export const exporterAlerts: AlertGroup = {
  name: 'redis-exporter',
  title: 'Reaching the servers',
  alerts: [
    {
      name: 'RedisDown',
      expr: 'redis_up == 0',
      for: '1m',
      severity: 'critical',
      summary: `${theServer} is down${withReason}`,
      reason: 'Polls of the server have failed for a minute, so nothing else is known of it.',
      advice:
        'The reason stands in the label err of redis_exporter_last_scrape_error, in /ready and in the log: connection, timeout (it hangs or the way is cut), auth (a changed password), tls, loading.',
    },
    {
      name: 'RedisAbsent',
      expr: 'absent(redis_up)',
      for: '5m',
      severity: 'critical',
      summary: 'No exporter tells of any Redis',
      reason: 'Prometheus has no redis_up at all: no alert about Redis can fire.',
      advice:
        'Look at the page of the targets in Prometheus: is the exporter there, and does its scrape succeed? `up` of its job tells when it is away.',
    },
    {
      name: 'RedisNotPolled',
      expr: 'time() - redis_exporter_snapshot_timestamp_seconds > 60',
      for: '1m',
      severity: 'critical',
      summary: `${theServer} was last polled {{ $value | humanizeDuration }} ago`,
      reason:
        'The exporter is there and begins no poll, or the clocks of the exporter and of Prometheus differ. Take 4 times your POLL_INTERVAL where that is not 15 s.',
      advice: 'Look at /healthz and at the log of the exporter; compare the clocks.',
    },
    {
      name: 'RedisFlapping',
      expr: 'changes(redis_up[15m]) > 4',
      for: '1m',
      severity: 'warning',
      summary: `${theServer} went up and down {{ $value }} times in 15 minutes`,
      reason:
        'The server is lost and found again: it restarts, hangs now and then, or the network does.',
      advice:
        'RedisRestarted tells a restart. Otherwise compare redis_exporter_last_scrape_duration_seconds with POLL_TIMEOUT, and look for commands that block the server.',
    },
    {
      name: 'RedisRestarted',
      expr: 'changes(redis_start_time_seconds[10m]) > 0',
      for: '1m',
      severity: 'info',
      summary: `${theServer} was restarted`,
      reason: 'The server began anew, or another one answers under its name.',
      advice:
        'Look why: a deployment, the end of its memory (the kernel logs it), a crash (its own log).',
    },
    {
      name: 'RedisPollsSkipped',
      expr: 'rate(redis_exporter_poll_skipped_total[5m]) > 0',
      for: '5m',
      severity: 'warning',
      summary: `Polls of ${theServer} take longer than their interval`,
      reason: 'A poll was due while the one before was under way: figures come less often.',
      advice:
        'redis_exporter_collector_duration_seconds tells which part is slow; raise POLL_INTERVAL or switch that part off.',
    },
    {
      name: 'RedisConnectionNotRenewed',
      expr: 'rate(redis_exporter_connection_renewals_failed_total[15m]) > 0',
      for: '15m',
      severity: 'warning',
      summary: `The connection to ${theServer} cannot be renewed ({{ $labels.reason }})`,
      reason:
        'What is served comes over the old connection, maybe from another server than the address leads to now. Once that ends, the server is down to the exporter.',
      advice:
        'The log of the exporter tells what to do: mostly a password or a certificate has changed, or the address leads elsewhere. Take longer windows where --redis.max-connection-age is more than two hours.',
    },
    {
      name: 'RedisCollectorFails',
      expr: 'redis_exporter_collector_success == 0',
      for: '5m',
      severity: 'warning',
      summary: `{{ $labels.collector }} of ${theServer} cannot be read`,
      reason: 'One part is missing, as of a command that the user may not run; the rest is there.',
      advice:
        '/ready and the log tell the reason and the right to grant; redis-exporter --acl prints the whole user; --collect.<name>=false switches the part off.',
    },
    {
      name: 'RedisCollectorFailed',
      expr: 'rate(redis_exporter_collector_errors_total[5m]) > 0',
      for: '1m',
      severity: 'info',
      summary: `{{ $labels.collector }} of ${theServer} failed ({{ $labels.reason }})`,
      reason: 'A part failed a while ago, though all may be well again.',
      advice: 'Nothing while it is rare. The log has a line for it.',
    },
    {
      name: 'RedisFieldsRejected',
      expr: 'rate(redis_exporter_rejected_fields_total[5m]) > 0',
      for: '5m',
      severity: 'info',
      summary: `${theServer} sends what {{ $labels.collector }} cannot read`,
      reason:
        'With every poll the server sends what cannot be read, so there are no metrics of that.',
      advice: 'The log names the fields at --log-level=debug; report them with the version.',
    },
    {
      name: 'RedisSeriesLeftOut',
      expr: 'increase(redis_exporter_series_left_out_total[1h]) > 0',
      for: '1m',
      severity: 'warning',
      summary: `{{ $labels.collector }} of ${theServer} has more series than its bound lets through`,
      reason: 'A bound on series was reached, by a poll or by a walk.',
      advice:
        'Ask for less, with narrower patterns, or raise --max-series or the bound of the part.',
    },
    {
      name: 'RedisNotWalked',
      expr: 'increase(redis_exporter_scans_total{result="complete"}[30m]) == 0',
      for: '30m',
      severity: 'warning',
      summary: `No walk through the keys of ${theServer} ends`,
      reason:
        'No walk has ended for so long, or since the start. One that ended without what it was refused counts: RedisCollectorFails tells of that.',
      advice:
        'redis_exporter_scan_progress_ratio tells whether it moves. Take more than your SCAN_INTERVAL and a walk together, or raise SCAN_MAX_LOAD.',
      needs: 'an option that looks for keys, such as --check-keys',
    },
    {
      name: 'RedisExporterReloadFailed',
      expr: 'redis_exporter_targets_file_last_reload_successful == 0 or redis_exporter_web_config_last_reload_successful == 0',
      for: '5m',
      severity: 'warning',
      summary: 'The exporter at {{ $labels.instance }} cannot use a file that changed',
      reason: 'The targets file or what protects the port has a mistake; the last good one holds.',
      advice: 'The log and /ready tell file, line and mistake.',
      needs: '--targets.file or --web.config.file',
    },
    {
      name: 'RedisDiscoveryFails',
      expr: 'redis_exporter_discovery_last_successful == 0',
      for: '5m',
      severity: 'warning',
      summary:
        'The exporter at {{ $labels.instance }} cannot find out who belongs to {{ $labels.source }}',
      reason:
        'Who joins or takes over goes unnoticed. What was found last is watched for as long as --discover.max-age says.',
      advice:
        'The log and /ready tell why: nobody answers, a login is refused, a right is missing, several nodes of a Cluster announce one address.',
      needs: '--discover',
    },
    {
      name: 'RedisExporterCertificateExpires',
      expr: 'redis_exporter_web_certificate_expiry_timestamp_seconds - time() < 14 * 86400',
      for: '1h',
      severity: 'warning',
      summary:
        'A certificate ({{ $labels.use }}) of the exporter at {{ $labels.instance }} expires in {{ $value | humanizeDuration }}',
      reason: 'From then on Prometheus can no longer scrape it.',
      advice: 'Put a new one in the place of the file; it is read without a restart.',
      needs: '--web.config.file or --tls-server-cert-file',
    },
  ],
}
