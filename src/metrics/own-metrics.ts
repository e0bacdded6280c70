import { holdMetrics, type Rendered } from './held-metrics.ts'
import { counter, gauge, histogram, type Metric, summary } from './metric.ts'

const ours = '(the exporter)'

/** The exporter's metrics about itself that change with polls, not with scrapes. */
export const ownMetrics = {
  buildInfo: gauge('exporter_build_info', `What the exporter is, in labels; always 1 ${ours}`, [
    'version',
    'commit_sha',
    'build_date',
    'golang_version',
  ]),
  scrapes: counter('exporter_scrapes_total', `Polls of Redis, which a scrape never causes ${ours}`),
  scrapeDuration: summary('exporter_scrape_duration_seconds', `How long polls took ${ours}`),
  requestErrors: counter(
    'target_scrape_request_errors_total',
    `Requests for targets that could not be served ${ours}`,
  ),
  polls: counter('exporter_polls_total', `Polls by result: up or down ${ours}`, ['result']),
  pollDuration: histogram('exporter_poll_duration_seconds', `How long polls took ${ours}`),
  skipped: counter(
    'exporter_poll_skipped_total',
    `Polls that were due and left out, because one was under way or we were late ${ours}`,
  ),
  collectorErrors: counter(
    'exporter_collector_errors_total',
    `Failures of a collector or of a part of it by reason, with each poll or scan while they last; what the user may not run counts each time the server says so, once in a scan interval at most, in ten of a walk ${ours}`,
    ['collector', 'reason'],
  ),
  rejectedFields: counter(
    'exporter_rejected_fields_total',
    `Fields that the server sent and that could not be read, and series that came twice or with too long a label ${ours}`,
    ['collector'],
  ),
  seriesLeftOut: counter(
    'exporter_series_left_out_total',
    `Series that a bound left out; a key that was not looked at counts as two, a stream as seven, what else was not read as the last that was ${ours}`,
    ['collector'],
  ),
  connectionsClosed: counter(
    'exporter_http_connections_closed_total',
    `Connections closed before their time: silent, idle or busy ones that gave way to others, stalled ones whose client did not read, those of requests without end ${ours}`,
    ['reason'],
  ),
  logLinesDropped: counter(
    'exporter_log_lines_dropped_total',
    `Lines of the log that nobody took in time or that could not be written ${ours}`,
  ),
  snapshotBytes: gauge('exporter_snapshot_bytes', `Size of the snapshot as text ${ours}`),
  snapshotSeries: gauge('exporter_snapshot_series', `Series in the snapshot ${ours}`),
} satisfies Record<string, Metric>

/** Why a connection was closed before its time. */
export const closings = ['silent', 'idle', 'stalled', 'busy', 'pipelining'] as const

export type Closing = (typeof closings)[number]

export interface BuildInfo {
  readonly version: string
  readonly commit: string
  readonly date: string
}

export interface OwnMetrics extends Rendered {
  pollFinished(result: 'up' | 'down', seconds: number): void
  pollsSkipped(count: number): void
  /** Lets the counts of its failures begin at 0, so that the first one is an increase. */
  collectorSeen(collector: string, reasons: readonly string[]): void
  collectorFailed(collector: string, reason: string): void
  fieldsRejected(collector: string, count: number): void
  seriesLeftOut(collector: string, count: number): void
  connectionClosed(reason: Closing): void
  logLinesDropped(count: number): void
  snapshotPublished(bytes: number, series: number): void
}

/**
 * Without a build, nothing is told of it. `further` are metrics that are rendered behind these,
 * such as those of scans.
 */
export function createOwnMetrics(
  namespace: string,
  build: BuildInfo | undefined,
  ...further: readonly Rendered[]
): OwnMetrics {
  const held = holdMetrics(namespace)

  if (build) held.gauge(ownMetrics.buildInfo).set(buildLabels(build), 1)
  const scrapes = held.counter(ownMetrics.scrapes)
  const scrapeDuration = held.summary(ownMetrics.scrapeDuration)
  held.counter(ownMetrics.requestErrors)
  const polls = held.counter(ownMetrics.polls)
  polls.inc({ result: 'up' }, 0)
  polls.inc({ result: 'down' }, 0)
  const pollDuration = held.histogram(ownMetrics.pollDuration)
  const skipped = held.counter(ownMetrics.skipped)
  const collectorErrors = held.counter(ownMetrics.collectorErrors)
  const rejectedFields = held.counter(ownMetrics.rejectedFields)
  const seriesLeftOut = held.counter(ownMetrics.seriesLeftOut)
  const connectionsClosed = held.counter(ownMetrics.connectionsClosed)
  for (const reason of closings) connectionsClosed.inc({ reason }, 0)
  const logLinesDropped = held.counter(ownMetrics.logLinesDropped)
  const snapshotBytes = held.gauge(ownMetrics.snapshotBytes)
  const snapshotSeries = held.gauge(ownMetrics.snapshotSeries)

  return {
    pollFinished(result, seconds) {
      scrapes.inc()
      scrapeDuration.observe(seconds)
      polls.inc({ result })
      pollDuration.observe(seconds)
    },
    pollsSkipped: (count) => skipped.inc(count),
    collectorSeen(collector, reasons) {
      for (const reason of reasons) collectorErrors.inc({ collector, reason }, 0)
      rejectedFields.inc({ collector }, 0)
      seriesLeftOut.inc({ collector }, 0)
    },
    collectorFailed: (collector, reason) => collectorErrors.inc({ collector, reason }),
    fieldsRejected: (collector, count) => rejectedFields.inc({ collector }, count),
    seriesLeftOut: (collector, count) => seriesLeftOut.inc({ collector }, count),
    connectionClosed: (reason) => connectionsClosed.inc({ reason }),
    logLinesDropped: (count) => logLinesDropped.inc(count),
    snapshotPublished(bytes, series) {
      snapshotBytes.set(bytes)
      snapshotSeries.set(series)
    },
    async render() {
      const texts = [held, ...further].map((metrics) => metrics.render())
      return (await Promise.all(texts)).join('')
    },
  }
}

function buildLabels({ version, commit, date }: BuildInfo) {
  return {
    version,
    commit_sha: commit,
    build_date: date,
    // The name is what dashboards know; the runtime that it tells of is ours.
    golang_version: `node ${process.version}`,
  }
}
