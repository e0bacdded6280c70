import { header, line } from './encode.ts'
import { holdMetrics, type Rendered } from './held-metrics.ts'
import { counter, gauge, type Metric } from './metric.ts'

const ours = '(the exporter)'

/** The exporter's metrics about its walks, which users know as scans; they exist with walks alone. */
export const walkMetrics = {
  scans: counter('exporter_scans_total', `Scans by result: complete or failed ${ours}`, ['result']),
  duration: gauge(
    'exporter_scan_duration_seconds',
    `How long the last complete scan took, pauses included ${ours}`,
  ),
  running: gauge('exporter_scan_running', `Whether a scan is under way ${ours}`),
  progress: gauge(
    'exporter_scan_progress_ratio',
    `Share of the keys that the scan under way, or else the last complete one, has seen ${ours}`,
  ),
  keys: gauge(
    'exporter_scan_keys',
    `Keys that the scan under way, or else the last complete one, has seen ${ours}`,
  ),
  load: gauge(
    'exporter_scan_load_ratio',
    `Share of one core of the server that the scan under way, or else the last complete one, used ${ours}`,
  ),
  timestamp: gauge(
    'exporter_scan_timestamp_seconds',
    `When the last complete scan began, in seconds since 1970 ${ours}`,
  ),
  age: gauge('exporter_scan_age_seconds', `How long ago the last complete scan began ${ours}`),
  resumed: counter(
    'exporter_scan_resumed_total',
    `How often a scan went on after its connection was lost ${ours}`,
  ),
  series: gauge('exporter_scan_series', `Series that the last complete scan gave ${ours}`),
} satisfies Record<string, Metric>

/** How far a walk is; all of it since its begin. */
export interface WalkProgress {
  readonly keys: number
  /** The part of all keys that came by, from 0 to 1; new keys may come while we walk. */
  readonly ratio: number
  /** Share of one core of the server. */
  readonly load: number
}

/** What is told of the walk whose results are served. */
export interface ServedWalk {
  /** When it began, by the monotonic clock in milliseconds. */
  readonly startedAt: number
  /** The same in seconds since 1970. */
  readonly unixSeconds: number
  /** How long it took. */
  readonly seconds: number
  readonly series: number
}

/** What whoever runs the walks tells of them. */
export interface WalkFigures {
  /** A walk begins: its progress is 0. */
  walkStarted(): void
  walkProgress(progress: WalkProgress): void
  walkFinished(result: 'complete' | 'failed'): void
  /** A walk goes on behind a connection that was lost. */
  walkResumed(): void
  /** The results of this complete walk are served from now on; undefined for none. */
  walkServed(served: ServedWalk | undefined): void
}

export interface WalkMetrics extends WalkFigures, Rendered {
  /**
   * What is told of the walk that is served, as text, exact at this moment: it changes together
   * with the results, so it is not held until the next rendering as the others are.
   */
  text(): string
}

/** The age is counted by the clock. */
export function createWalkMetrics(namespace: string, clock: { monotonic(): number }): WalkMetrics {
  const held = holdMetrics(namespace)
  let served: ServedWalk | undefined

  const scans = held.counter(walkMetrics.scans)
  scans.inc({ result: 'complete' }, 0)
  scans.inc({ result: 'failed' }, 0)
  const running = held.gauge(walkMetrics.running)
  const progress = held.gauge(walkMetrics.progress)
  const keys = held.gauge(walkMetrics.keys)
  const load = held.gauge(walkMetrics.load)
  const resumed = held.counter(walkMetrics.resumed)

  // Without a walk there is no duration, time or age; 0 would be a lie.
  function family(metric: Metric, read: (walk: ServedWalk) => number): string {
    const name = `${namespace}_${metric.name}`
    return header(name, metric) + (served ? line(name, '', read(served)) : '')
  }

  function walkProgress(now: WalkProgress): void {
    keys.set(now.keys)
    progress.set(now.ratio)
    load.set(now.load)
  }

  return {
    walkStarted() {
      running.set(1)
      walkProgress({ keys: 0, ratio: 0, load: 0 })
    },
    walkProgress,
    walkFinished(result) {
      running.set(0)
      scans.inc({ result })
    },
    walkResumed: () => resumed.inc(),
    walkServed(walk) {
      served = walk
    },
    text: () =>
      [
        family(walkMetrics.duration, (one) => seconds(one.seconds * 1e3)),
        family(walkMetrics.timestamp, ({ unixSeconds }) => unixSeconds),
        family(walkMetrics.age, ({ startedAt }) => seconds(clock.monotonic() - startedAt)),
        family(walkMetrics.series, ({ series }) => series),
      ].join(''),
    render: held.render,
  }
}

// To the microsecond: what stands behind that is noise of the arithmetic.
function seconds(milliseconds: number): number {
  return Math.round(milliseconds * 1e3) / 1e6
}
