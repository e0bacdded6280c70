import { createFamilyEncoder, type FamilyEncoder } from '../metrics/family-lines.ts'
import type { Sample } from '../metrics/metric.ts'
import { roleLabel } from '../metrics/target-metrics.ts'
import type { SnapshotStore } from './snapshot-store.ts'

export interface ScanResultsOptions {
  readonly target: string
  readonly namespace: string
  /** Whether every series of the target tells the role of the server. */
  readonly showRole: boolean
  readonly scanInterval: number
  /** In milliseconds; undefined where it follows from how long the scan took. */
  readonly scanMaxAge: number | undefined
  readonly store: Pick<SnapshotStore, 'publishScan'>
}

/** What the collectors of one scan gave, encoded as it comes. */
export interface ScanResults {
  add(collector: string, samples: readonly Sample[]): void
  /**
   * Has the results of these collectors served, in the place of those from before. `takenAt` is
   * when the scan began, by the monotonic clock in milliseconds. Resolves with the series.
   */
  publish(collectors: readonly string[], takenAt: number, seconds: number): Promise<number>
}

/** Begins to gather what a scan of a server in this role gives. */
export function createScanResults(options: ScanResultsOptions, role: string): ScanResults {
  const { target, namespace, showRole, store } = options
  const encoders = new Map<string, FamilyEncoder>()

  function encoderOf(collector: string): FamilyEncoder {
    const known = encoders.get(collector)
    if (known) return known
    const encoder = createFamilyEncoder(namespace, showRole ? roleLabel(role) : undefined)
    encoders.set(collector, encoder)
    return encoder
  }

  return {
    add: (collector, samples) => encoderOf(collector).add(samples),
    async publish(collectors, takenAt, seconds) {
      const maximumAgeMilliseconds = maximumAge(options, seconds)
      let sum = 0
      for (const collector of collectors) {
        const encoder = encoderOf(collector)
        const series = encoder.series()
        const families = await encoder.finish()
        store.publishScan(target, collector, { families, takenAt, maximumAgeMilliseconds, series })
        sum += series
      }
      return sum
    },
  }
}

/** How old the result of a scan may be: two may fail, and each may take longer than the last. */
export function maximumAge(
  { scanInterval, scanMaxAge }: Pick<ScanResultsOptions, 'scanInterval' | 'scanMaxAge'>,
  seconds: number,
): number {
  return scanMaxAge ?? 3 * scanInterval + 2 * seconds * 1e3
}
