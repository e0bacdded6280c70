import { holdMetrics, type Rendered, targetKey } from './held-metrics.ts'
import { targetPairs } from './join-targets.ts'
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

/** The counts of one target, which go with it. */
export interface TargetCounts {
  pollFinished(result: 'up' | 'down', seconds: number): void
  pollsSkipped(count: number): void
  /** Lets the counts of its failures begin at 0, so that the first one is an increase. */
  collectorSeen(collector: string, reasons: readonly string[]): void
  collectorFailed(collector: string, reason: string): void
  fieldsRejected(collector: string, count: number): void
  seriesLeftOut(collector: string, count: number): void
  snapshotPublished(bytes: number, series: number): void
  /** Removes its series: the target is watched no more. */
  forget(): void
}

export interface OwnMetrics extends Rendered {
  /** `labels` are those of all its series beside its name. */
  ofTarget(target: string, labels?: Labels): TargetCounts
  connectionClosed(reason: Closing): void
  logLinesDropped(count: number): void
}

type Labels = Readonly<Record<string, string>>

interface Removable {
  remove(labels: Labels): void
}

export interface OwnMetricsOptions {
  /** The label that names the target of a series, where there are several or may be. */
  readonly targetLabel?: string | undefined
  /** Metrics that are rendered behind these, such as those of scans. */
  readonly further?: readonly Rendered[]
}

/** Without a build, nothing is told of it. */
export function createOwnMetrics(
  namespace: string,
  build: BuildInfo | undefined,
  { targetLabel, further = [] }: OwnMetricsOptions = {},
): OwnMetrics {
  const pairs = new Map<string, readonly string[]>()
  const held = holdMetrics(namespace, (target) => pairs.get(target) ?? [])
  const more = targetLabel === undefined ? [] : [targetKey]

  if (build) held.gauge(ownMetrics.buildInfo).set(buildLabels(build), 1)
  const scrapes = held.counter(ownMetrics.scrapes, more)
  const scrapeDuration = held.summary(ownMetrics.scrapeDuration, more)
  held.counter(ownMetrics.requestErrors)
  const polls = held.counter(ownMetrics.polls, more)
  const pollDuration = held.histogram(ownMetrics.pollDuration, more)
  const skipped = held.counter(ownMetrics.skipped, more)
  const collectorErrors = held.counter(ownMetrics.collectorErrors, more)
  const rejectedFields = held.counter(ownMetrics.rejectedFields, more)
  const seriesLeftOut = held.counter(ownMetrics.seriesLeftOut, more)
  const connectionsClosed = held.counter(ownMetrics.connectionsClosed)
  for (const reason of closings) connectionsClosed.inc({ reason }, 0)
  const logLinesDropped = held.counter(ownMetrics.logLinesDropped)
  const snapshotBytes = held.gauge(ownMetrics.snapshotBytes, undefined, more)
  const snapshotSeries = held.gauge(ownMetrics.snapshotSeries, undefined, more)

  function begin(own: Labels): void {
    for (const result of ['up', 'down']) polls.inc({ ...own, result }, 0)
    scrapes.inc(own, 0)
    skipped.inc(own, 0)
  }

  // Where there is one target alone, it is known before it is met.
  if (targetLabel === undefined) begin({})

  function ofTarget(target: string, labels: Labels = {}): TargetCounts {
    const own: Labels = targetLabel === undefined ? {} : { [targetKey]: target }
    if (targetLabel !== undefined) pairs.set(target, targetPairs(targetLabel, target, labels))
    const given = new Map<Removable, Map<string, Labels>>()
    let isGone = false

    /** What is counted of a target that was forgotten would never be forgotten. */
    function whileHere<A extends unknown[]>(count: (...args: A) => void): (...args: A) => void {
      return (...args) => {
        if (!isGone) count(...args)
      }
    }

    /** The labels of a series of the target, which goes with it. */
    function of(metric: Removable, labels: Labels = {}): Labels {
      const all = { ...own, ...labels }
      const known = given.get(metric) ?? new Map<string, Labels>()
      given.set(metric, known.set(Object.values(all).join('\n'), all))
      return all
    }

    begin(own)
    for (const metric of [scrapes, scrapeDuration, pollDuration, skipped]) of(metric)
    for (const result of ['up', 'down']) of(polls, { result })

    return {
      pollFinished: whileHere((result, seconds) => {
        scrapes.inc(own)
        scrapeDuration.observe(own, seconds)
        polls.inc(of(polls, { result }))
        pollDuration.observe(own, seconds)
      }),
      pollsSkipped: whileHere((count) => skipped.inc(own, count)),
      collectorSeen: whileHere((collector, reasons) => {
        for (const reason of reasons)
          collectorErrors.inc(of(collectorErrors, { collector, reason }), 0)
        rejectedFields.inc(of(rejectedFields, { collector }), 0)
        seriesLeftOut.inc(of(seriesLeftOut, { collector }), 0)
      }),
      collectorFailed: whileHere((collector, reason) =>
        collectorErrors.inc(of(collectorErrors, { collector, reason })),
      ),
      fieldsRejected: whileHere((collector, count) =>
        rejectedFields.inc(of(rejectedFields, { collector }), count),
      ),
      seriesLeftOut: whileHere((collector, count) =>
        seriesLeftOut.inc(of(seriesLeftOut, { collector }), count),
      ),
      snapshotPublished: whileHere((bytes, series) => {
        snapshotBytes.set(of(snapshotBytes), bytes)
        snapshotSeries.set(of(snapshotSeries), series)
      }),
      forget: whileHere(() => {
        isGone = true
        for (const [metric, all] of given) for (const labels of all.values()) metric.remove(labels)
        pairs.delete(target)
      }),
    }
  }

  return {
    ofTarget,
    connectionClosed: (reason) => connectionsClosed.inc({ reason }),
    logLinesDropped: (count) => logLinesDropped.inc(count),
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
