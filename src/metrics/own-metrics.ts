import { header, label } from './encode.ts'
import { holdMetrics, type Rendered } from './held-metrics.ts'
import { counter, gauge, type Metric } from './metric.ts'
import {
  createTargetCounts,
  type TargetCounts,
  type TargetMetric,
  targetMetrics,
  type WrittenCounts,
} from './target-counts.ts'

const ours = '(the exporter)'

const { snapshotBytes, snapshotSeries, scrapes, scrapeDuration, ...countsOfTarget } = targetMetrics

/** The exporter's metrics about itself that change with polls, not with scrapes. */
export const ownMetrics = {
  buildInfo: gauge('exporter_build_info', `What the exporter is, in labels; always 1 ${ours}`, [
    'version',
    'commit_sha',
    'build_date',
    'golang_version',
  ]),
  scrapes,
  scrapeDuration,
  requestErrors: counter(
    'target_scrape_request_errors_total',
    `Requests for targets that could not be served ${ours}`,
  ),
  ...countsOfTarget,
  connectionsClosed: counter(
    'exporter_http_connections_closed_total',
    `Connections closed before their time: silent, idle or busy ones that gave way to others, stalled ones whose client did not read, those of requests without end ${ours}`,
    ['reason'],
  ),
  logLinesDropped: counter(
    'exporter_log_lines_dropped_total',
    `Lines of the log that nobody took in time or that could not be written ${ours}`,
  ),
  snapshotBytes,
  snapshotSeries,
} satisfies Record<string, Metric>

/** Why a connection was closed before its time. */
export const closings = ['silent', 'idle', 'stalled', 'busy', 'pipelining'] as const

export type Closing = (typeof closings)[number]

export interface BuildInfo {
  readonly version: string
  readonly commit: string
  readonly date: string
}

/** What is counted of a target for as long as it is watched. */
export interface OwnTargetCounts extends TargetCounts {
  /** Removes its series: the target is watched no more, and what is counted after that is of nobody. */
  forget(): void
}

export interface OwnMetrics extends Rendered {
  ofTarget(target: string): OwnTargetCounts
  /** What belongs to a target as text, as it is now; empty for one that is not there. */
  textOf(target: string): string
  /** What stands beside that where one target is served alone. */
  textBeside(): string
  /** A request for a target could not be served. */
  requestFailed(): void
  connectionClosed(reason: Closing): void
  logLinesDropped(count: number): void
}

export interface OwnMetricsOptions {
  /**
   * Whether there are several targets, or may be: what belongs to one of them is no part of what is
   * rendered, since it is served with what was read of that target.
   */
  readonly several?: boolean
  /** Metrics that are rendered behind these, such as those of scans. */
  readonly further?: readonly Rendered[]
}

/** Without a build, nothing is told of it. */
export function createOwnMetrics(
  namespace: string,
  build: BuildInfo | undefined,
  { several = false, further = [] }: OwnMetricsOptions = {},
): OwnMetrics {
  const targets = new Map<string, WrittenCounts>()
  const held = holdMetrics(namespace)

  // Where there is one target alone, it is known before it is met.
  let alone: WrittenCounts | undefined = createTargetCounts(namespace)

  const headerOf = (metric: Metric) => header(`${namespace}_${metric.name}`, metric)

  function ofTargets(...metrics: readonly TargetMetric[]): void {
    if (several) return
    for (const key of metrics) held.written(targetMetrics[key], () => alone?.lines(key) ?? '')
  }

  const lineOf = ({ name }: Metric, rest: string) => `${namespace}_${name}${rest}\n`
  const buildLine = build ? lineOf(ownMetrics.buildInfo, `{${buildPairs(build)}} 1`) : ''
  const errorsLine = () => lineOf(ownMetrics.requestErrors, ` ${requestErrors}`)
  let requestErrors = 0
  if (build) held.written(ownMetrics.buildInfo, () => buildLine)
  ofTargets('scrapes', 'scrapeDuration')
  held.written(ownMetrics.requestErrors, errorsLine)
  ofTargets(...(Object.keys(countsOfTarget) as (keyof typeof countsOfTarget)[]))
  const connectionsClosed = held.counter(ownMetrics.connectionsClosed)
  for (const reason of closings) connectionsClosed.inc({ reason }, 0)
  const logLinesDropped = held.counter(ownMetrics.logLinesDropped)
  ofTargets('snapshotBytes', 'snapshotSeries')

  function ofTarget(target: string): OwnTargetCounts {
    const counts = (!several && alone) || createTargetCounts(namespace)
    if (!several) alone = counts
    targets.set(target, counts)
    return {
      ...counts,
      forget() {
        if (alone === counts) alone = undefined
        // Another of that name may be watched by now.
        if (targets.get(target) === counts) targets.delete(target)
      },
    }
  }

  return {
    ofTarget,
    textOf: (target) => targets.get(target)?.text() ?? '',
    textBeside: () =>
      (buildLine && headerOf(ownMetrics.buildInfo) + buildLine) +
      headerOf(ownMetrics.requestErrors) +
      errorsLine(),
    requestFailed() {
      requestErrors += 1
    },
    connectionClosed: (reason) => connectionsClosed.inc({ reason }),
    logLinesDropped: (count) => logLinesDropped.inc(count),
    async render() {
      const texts = [held, ...further].map((metrics) => metrics.render())
      return (await Promise.all(texts)).join('')
    },
  }
}

function buildPairs({ version, commit, date }: BuildInfo): string {
  const pairs = [
    label('version', version),
    label('commit_sha', commit),
    label('build_date', date),
    // The name is what dashboards know; the runtime that it tells of is ours.
    label('golang_version', `node ${process.version}`),
  ]
  return pairs.join(',')
}
