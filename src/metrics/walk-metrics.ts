import { header, line } from './encode.ts'
import { holdMetrics, type Rendered, targetKey } from './held-metrics.ts'
import { targetPairs } from './join-targets.ts'
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

/** What whoever runs the walks of a target tells of them. */
export interface WalkFigures {
  /** A walk begins: its progress is 0. */
  walkStarted(): void
  walkProgress(progress: WalkProgress): void
  walkFinished(result: 'complete' | 'failed'): void
  /** A walk goes on behind a connection that was lost. */
  walkResumed(): void
  /** The results of this complete walk are served from now on; undefined for none. */
  walkServed(served: ServedWalk | undefined): void
  /** Removes its series: the target is walked no more, and what is told after that is of nobody. */
  forget(): void
}

type Labels = Readonly<Record<string, string>>

export interface WalkMetrics extends Rendered {
  /** `labels` are those of all its series beside its name. */
  ofTarget(target: string, labels?: Labels): WalkFigures
  /**
   * What is told of the walk that is served, as text, exact at this moment: it changes together
   * with the results, so it is not held until the next rendering as the others are.
   */
  text(): string
}

/** What is known of the walks of one target. */
interface Walked {
  readonly pairs: readonly string[]
  served: ServedWalk | undefined
}

/**
 * The age is counted by the clock. `targetLabel` is the label that names the target of a series, where
 * there are several or may be.
 */
export function createWalkMetrics(
  namespace: string,
  clock: { monotonic(): number },
  targetLabel?: string,
): WalkMetrics {
  const targets = new Map<string, Walked>()
  const held = holdMetrics(namespace, (target) => targets.get(target)?.pairs ?? [])
  const more = targetLabel === undefined ? [] : [targetKey]

  const scans = held.counter(walkMetrics.scans, more)
  const running = held.gauge(walkMetrics.running, undefined, more)
  const progress = held.gauge(walkMetrics.progress, undefined, more)
  const keys = held.gauge(walkMetrics.keys, undefined, more)
  const load = held.gauge(walkMetrics.load, undefined, more)
  const resumed = held.counter(walkMetrics.resumed, more)

  // Without a walk there is no duration, time or age; 0 would be a lie.
  function family(metric: Metric, read: (walk: ServedWalk) => number): string {
    const name = `${namespace}_${metric.name}`
    const lines = [...targets.values()].map(({ pairs, served }) =>
      served ? line(name, pairs, read(served)) : '',
    )
    return header(name, metric) + lines.join('')
  }

  function ofTarget(target: string, labels: Labels = {}): WalkFigures {
    const own: Labels = targetLabel === undefined ? {} : { [targetKey]: target }
    const pairs = targetLabel === undefined ? [] : targetPairs(targetLabel, target, labels)
    const walked: Walked = { pairs, served: undefined }
    targets.set(target, walked)
    const whileHere = (tell: () => void) => {
      if (targets.get(target) === walked) tell()
    }

    function walkProgress(now: WalkProgress): void {
      keys.set(own, now.keys)
      progress.set(own, now.ratio)
      load.set(own, now.load)
    }

    const results = ['complete', 'failed'].map((result) => ({ ...own, result }))
    for (const labels of results) scans.inc(labels, 0)
    running.set(own, 0)
    walkProgress({ keys: 0, ratio: 0, load: 0 })
    resumed.inc(own, 0)

    return {
      walkStarted: () =>
        whileHere(() => {
          running.set(own, 1)
          walkProgress({ keys: 0, ratio: 0, load: 0 })
        }),
      walkProgress: (now) => whileHere(() => walkProgress(now)),
      walkFinished: (result) =>
        whileHere(() => {
          running.set(own, 0)
          scans.inc({ ...own, result })
        }),
      walkResumed: () => whileHere(() => resumed.inc(own)),
      walkServed(walk) {
        walked.served = walk
      },
      forget: () =>
        whileHere(() => {
          for (const labels of results) scans.remove(labels)
          for (const metric of [running, progress, keys, load, resumed]) metric.remove(own)
          targets.delete(target)
        }),
    }
  }

  return {
    ofTarget,
    // Where nobody walks, there is nothing to tell.
    text: () => (targets.size === 0 ? '' : exact()),
    render: async () => (targets.size === 0 ? '' : held.render()),
  }

  function exact(): string {
    return [
      family(walkMetrics.duration, (one) => seconds(one.seconds * 1e3)),
      family(walkMetrics.timestamp, ({ unixSeconds }) => unixSeconds),
      family(walkMetrics.age, ({ startedAt }) => seconds(clock.monotonic() - startedAt)),
      family(walkMetrics.series, ({ series }) => series),
    ].join('')
  }
}

// To the microsecond: what stands behind that is noise of the arithmetic.
function seconds(milliseconds: number): number {
  return Math.round(milliseconds * 1e3) / 1e6
}
