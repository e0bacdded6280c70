import { Counter, Gauge, Histogram, Summary } from 'prom-client'
import { header, label, line } from './encode.ts'
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
    `Failures of a collector by reason; a refusal counts once ${ours}`,
    ['collector', 'reason'],
  ),
  rejectedFields: counter(
    'exporter_rejected_fields_total',
    `Fields that the server sent and that could not be read, and series that came twice ${ours}`,
    ['collector'],
  ),
  seriesLeftOut: counter(
    'exporter_series_left_out_total',
    `Series that a bound left out; a key that was not looked at counts as one ${ours}`,
    ['collector'],
  ),
  snapshotBytes: gauge('exporter_snapshot_bytes', `Size of the snapshot as text ${ours}`),
  snapshotSeries: gauge('exporter_snapshot_series', `Series in the snapshot ${ours}`),
} satisfies Record<string, Metric>

export interface BuildInfo {
  readonly version: string
  readonly commit: string
  readonly date: string
}

export interface OwnMetrics {
  pollFinished(result: 'up' | 'down', seconds: number): void
  pollsSkipped(count: number): void
  collectorFailed(collector: string, reason: string): void
  fieldsRejected(collector: string, count: number): void
  seriesLeftOut(collector: string, count: number): void
  snapshotPublished(bytes: number, series: number): void
  /** All of them as text, as they are now. */
  render(): Promise<string>
}

type Stored = Counter | Gauge | Histogram | Summary
type Values = Awaited<ReturnType<Stored['get']>>['values']

/**
 * The exporter's own metrics, held by prom-client and written by our encoder, which is faster.
 * Without a build, nothing is told of it.
 */
export function createOwnMetrics(namespace: string, build: BuildInfo | undefined): OwnMetrics {
  const all: { metric: Metric; stored: Stored }[] = []

  function store<S extends Stored>(
    metric: Metric,
    make: (options: { name: string; help: string; labelNames: string[]; registers: [] }) => S,
  ): S {
    const name = `${namespace}_${metric.name}`
    const stored = make({ name, help: metric.help, labelNames: [...metric.labels], registers: [] })
    all.push({ metric, stored })
    return stored
  }
  const makeCounter = (metric: Metric) => store(metric, (options) => new Counter(options))
  const makeGauge = (metric: Metric) => store(metric, (options) => new Gauge(options))

  if (build) makeGauge(ownMetrics.buildInfo).set(buildLabels(build), 1)
  const scrapes = makeCounter(ownMetrics.scrapes)
  const scrapeDuration = store(
    ownMetrics.scrapeDuration,
    (options) => new Summary({ ...options, percentiles: [] }),
  )
  makeCounter(ownMetrics.requestErrors)
  const polls = makeCounter(ownMetrics.polls)
  polls.inc({ result: 'up' }, 0)
  polls.inc({ result: 'down' }, 0)
  const pollDuration = store(ownMetrics.pollDuration, (options) => new Histogram(options))
  const skipped = makeCounter(ownMetrics.skipped)
  const collectorErrors = makeCounter(ownMetrics.collectorErrors)
  const rejectedFields = makeCounter(ownMetrics.rejectedFields)
  const seriesLeftOut = makeCounter(ownMetrics.seriesLeftOut)
  const snapshotBytes = makeGauge(ownMetrics.snapshotBytes)
  const snapshotSeries = makeGauge(ownMetrics.snapshotSeries)

  return {
    pollFinished(result, seconds) {
      scrapes.inc()
      scrapeDuration.observe(seconds)
      polls.inc({ result })
      pollDuration.observe(seconds)
    },
    pollsSkipped: (count) => skipped.inc(count),
    collectorFailed: (collector, reason) => collectorErrors.inc({ collector, reason }),
    fieldsRejected: (collector, count) => rejectedFields.inc({ collector }, count),
    seriesLeftOut: (collector, count) => seriesLeftOut.inc({ collector }, count),
    snapshotPublished(bytes, series) {
      snapshotBytes.set(bytes)
      snapshotSeries.set(series)
    },
    async render() {
      const families = all.map(async ({ metric, stored }) => {
        const { name, values } = await stored.get()
        return header(name, metric) + lines(name, values)
      })
      return (await Promise.all(families)).join('')
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

function lines(name: string, values: Values): string {
  return values
    .map(({ labels, value, ...rest }) => {
      const pairs = Object.entries(labels).map(([key, text]) => label(key, String(text)))
      const series = 'metricName' in rest && rest.metricName ? String(rest.metricName) : name
      return line(series, pairs, value)
    })
    .join('')
}
