import { createFamilyEncoder, type FamilyEncoder } from '../metrics/family-lines.ts'
import type { Sample } from '../metrics/metric.ts'
import { roleLabel } from '../metrics/target-metrics.ts'
import type { Origin } from '../redis/server-run.ts'
import { originOf } from './snapshot.ts'
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
   * Makes the results of these collectors ready; `takenAt` is when the scan began, by the monotonic
   * clock in milliseconds.
   */
  finish(collectors: readonly string[], takenAt: number, seconds: number): Promise<FinishedScan>
}

export interface FinishedScan {
  readonly series: number
  /** Has the results served, in the place of those from before. */
  publish(): void
}

/** Begins to gather what a scan of a server gives. */
export function createScanResults(options: ScanResultsOptions, { run, role }: Origin): ScanResults {
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
    async finish(collectors, takenAt, seconds) {
      const known = {
        origin: originOf(run, role, showRole),
        takenAt,
        maximumAgeMilliseconds: maximumAge(options, seconds),
      }
      const encoded = collectors.map(async (collector) => {
        const encoder = encoderOf(collector)
        const families = await encoder.finish()
        return { collector, result: { ...known, families, series: encoder.series() } }
      })
      const all = await Promise.all(encoded)
      return {
        series: all.reduce((sum, { result }) => sum + result.series, 0),
        publish() {
          for (const { collector, result } of all) store.publishScan(target, collector, result)
        },
      }
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
