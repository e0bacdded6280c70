import { toMicroseconds } from '../clock.ts'
import { header } from './encode.ts'
import type { Rendered } from './held-metrics.ts'
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
  /** The keys are looked at in another target: nothing is told until a walk begins here. */
  walkLeft(): void
  /** The results of this complete walk are served from now on; undefined for none. */
  walkServed(served: ServedWalk | undefined): void
  /** Removes its series: the target is walked no more, and what is told after that is of nobody. */
  forget(): void
}

export interface WalkMetrics extends Rendered {
  ofTarget(target: string): WalkFigures
  /** The metrics of one of several targets as text, as they are now; empty where it is not walked. */
  textOf(target: string): string
  /**
   * What is told of the walk that is served, as text, exact at this moment: it changes together
   * with the results, so it is not held until the next rendering as the others are.
   */
  text(): string
}

/** What is known of the walks of one target. */
interface Walked extends WalkProgress {
  complete: number
  failed: number
  resumed: number
  running: 0 | 1
  keys: number
  ratio: number
  load: number
  served: ServedWalk | undefined
  /** Whether the walk is left to another target. */
  isLeft: boolean
}

type WalkMetric = keyof typeof walkMetrics

const heldKeys = ['scans', 'running', 'progress', 'keys', 'load', 'resumed'] as const
const exactKeys = ['duration', 'timestamp', 'age', 'series'] as const

const nothing = { keys: 0, ratio: 0, load: 0 }

/**
 * The age is counted by the clock. Where there are `several` targets, or may be, what belongs to one of
 * them is told by `textOf` alone, since it is served with what was read of that target.
 */
export function createWalkMetrics(
  namespace: string,
  clock: { monotonic(): number },
  several = false,
): WalkMetrics {
  const targets = new Map<string, Walked>()
  const counts = { complete: 0, failed: 0, resumed: 0 }

  function linesOf(key: WalkMetric, walked: Walked): string {
    const name = `${namespace}_${walkMetrics[key].name}`
    if (key === 'scans')
      return (['complete', 'failed'] as const)
        .map((result) => `${name}{result="${result}"} ${walked[result]}\n`)
        .join('')
    const value = numberOf(key, walked)
    return value === undefined ? '' : `${name} ${value}\n`
  }

  // Without a walk there is no duration, time or age; 0 would be a lie.
  function numberOf(key: Exclude<WalkMetric, 'scans'>, walked: Walked): number | undefined {
    const { served } = walked
    switch (key) {
      case 'progress':
        return walked.ratio
      case 'duration':
        return served && toMicroseconds(served.seconds)
      case 'timestamp':
        return served?.unixSeconds
      case 'age':
        return served && toMicroseconds((clock.monotonic() - served.startedAt) / 1e3)
      case 'series':
        return served?.series
      default:
        return walked[key]
    }
  }

  function family(key: WalkMetric, lines: string): string {
    const metric = walkMetrics[key]
    return header(`${namespace}_${metric.name}`, metric) + lines
  }

  // Where nobody walks, there is nothing to tell.
  function ofOne(keys: readonly WalkMetric[]): string {
    const [walked] = targets.values()
    if (!walked || walked.isLeft || several) return ''
    return keys.map((key) => family(key, linesOf(key, walked))).join('')
  }

  function ofTarget(target: string): WalkFigures {
    const walked: Walked = { ...counts, ...nothing, running: 0, served: undefined, isLeft: false }
    targets.set(target, walked)

    return {
      walkStarted: () => void Object.assign(walked, nothing, { running: 1, isLeft: false }),
      walkProgress: ({ keys, ratio, load }) => void Object.assign(walked, { keys, ratio, load }),
      walkFinished(result) {
        walked.running = 0
        walked[result] += 1
      },
      walkResumed() {
        walked.resumed += 1
      },
      walkLeft() {
        walked.isLeft = true
        walked.running = 0
      },
      walkServed(served) {
        walked.served = served
      },
      forget() {
        // Another of that name may be walked by now.
        if (targets.get(target) === walked) targets.delete(target)
      },
    }
  }

  return {
    ofTarget,
    textOf(target) {
      const walked = targets.get(target)
      if (!walked || walked.isLeft) return ''
      return [...heldKeys, ...exactKeys]
        .map((key) => ({ key, lines: linesOf(key, walked) }))
        .map(({ key, lines }) => (lines === '' ? '' : family(key, lines)))
        .join('')
    },
    text: () => ofOne(exactKeys),
    render: async () => ofOne(heldKeys),
  }
}
