import { holdMetrics, type Rendered } from './held-metrics.ts'
import { counter, gauge, type Metric } from './metric.ts'

const ours = '(the exporter)'

/** The exporter's metrics about its scans; they exist when scans are configured. */
export const scanMetrics = {
  scans: counter('exporter_scans_total', `Scans by result: complete or failed ${ours}`, ['result']),
  duration: gauge(
    'exporter_scan_duration_seconds',
    `How long the last complete scan took, pauses included ${ours}`,
  ),
  running: gauge('exporter_scan_running', `Whether a scan is under way ${ours}`),
  progress: gauge(
    'exporter_scan_progress_ratio',
    `Share of the keys that the scan under way, or else the last one, has seen ${ours}`,
  ),
  keys: gauge(
    'exporter_scan_keys',
    `Keys that the scan under way, or else the last one, has seen ${ours}`,
  ),
  load: gauge(
    'exporter_scan_load_ratio',
    `Share of one core of the server that the scan under way, or else the last one, used ${ours}`,
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

/** How far a scan is; all of it since its begin. */
export interface ScanProgress {
  readonly keys: number
  /** From 0 to 1. */
  readonly ratio: number
  /** Share of one core of the server. */
  readonly load: number
}

/** What whoever runs the scans tells of them. */
export interface ScanFigures {
  /** A scan begins: its progress is 0. */
  scanStarted(): void
  scanProgress(progress: ScanProgress): void
  /** A scan has ended, after so many seconds; those of a failed one are not kept. */
  scanFinished(result: 'complete' | 'failed', seconds: number): void
  /** A scan goes on behind a connection that was lost. */
  scanResumed(): void
  /** The results of a complete scan that began at this time are served now. */
  scanServed(unixSeconds: number, series: number): void
}

export interface ScanMetrics extends ScanFigures, Rendered {}

/** `clock` is where the times of `scanServed` come from; the age is counted by it. */
export function createScanMetrics(namespace: string, clock: { wall(): number }): ScanMetrics {
  const held = holdMetrics(namespace)
  let servedSince: number | undefined

  const scans = held.counter(scanMetrics.scans)
  scans.inc({ result: 'complete' }, 0)
  scans.inc({ result: 'failed' }, 0)
  const duration = held.gauge(scanMetrics.duration)
  // Before the first complete scan there is no duration, time or age; 0 would be a lie.
  duration.remove()
  const running = held.gauge(scanMetrics.running)
  const progress = held.gauge(scanMetrics.progress)
  const keys = held.gauge(scanMetrics.keys)
  const load = held.gauge(scanMetrics.load)
  held.gauge(scanMetrics.timestamp, () => servedSince)
  held.gauge(scanMetrics.age, () =>
    servedSince === undefined ? undefined : Math.max(0, clock.wall() / 1e3 - servedSince),
  )
  const resumed = held.counter(scanMetrics.resumed)
  const series = held.gauge(scanMetrics.series)

  function scanProgress(now: ScanProgress): void {
    keys.set(now.keys)
    progress.set(now.ratio)
    load.set(now.load)
  }

  return {
    scanStarted() {
      running.set(1)
      scanProgress({ keys: 0, ratio: 0, load: 0 })
    },
    scanProgress,
    scanFinished(result, seconds) {
      running.set(0)
      scans.inc({ result })
      if (result === 'complete') duration.set(seconds)
    },
    scanResumed: () => resumed.inc(),
    scanServed(unixSeconds, count) {
      servedSince = unixSeconds
      series.set(count)
    },
    render: held.render,
  }
}
