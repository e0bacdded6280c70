import { createFamilyEncoder, type FamilyEncoder } from '../metrics/family-lines.ts'
import type { Sample } from '../metrics/metric.ts'
import { roleLabel } from '../metrics/poll-metrics.ts'
import type { Origin } from '../redis/server-run.ts'
import { originOf } from './snapshot.ts'
import type { OpenTarget } from './snapshot-store.ts'

export interface SlowResultsOptions {
  readonly namespace: string
  /** Whether every series of the target tells the role of the server. */
  readonly showRole: boolean
  /** Whether what was found in another role holds no more; so it is where series tell the role. */
  readonly byRole?: boolean
  readonly scanInterval: number
  /** In milliseconds; undefined where it follows from how long a walk or slow poll took. */
  readonly scanMaxAge: number | undefined
  readonly store: Pick<OpenTarget, 'publishSlow'>
}

/** What the collectors of one walk or slow poll give, encoded as it comes. */
export interface SlowResults {
  add(collector: string, samples: readonly Sample[]): void
  /**
   * Makes the results of these collectors ready; `takenAt` is when the walk or poll began, by
   * the monotonic clock in milliseconds.
   */
  finish(collectors: readonly string[], takenAt: number, seconds: number): Promise<FinishedResults>
}

export interface FinishedResults {
  readonly series: number
  /** Has the results served, in the place of those from before. */
  publish(): void
}

/** Begins to gather what a walk or slow poll of a server gives. */
export type BeginResults = (origin: Origin) => SlowResults

/** Makes what gathers the results of the slow schedule of one target and has them served. */
export function createSlowResults(options: SlowResultsOptions): BeginResults {
  return (origin) => gatherResults(options, origin)
}

function gatherResults(options: SlowResultsOptions, { run, role }: Origin): SlowResults {
  const { namespace, showRole, byRole = showRole, store } = options
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
        origin: originOf(run, role, byRole),
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
          for (const { collector, result } of all) store.publishSlow(collector, result)
        },
      }
    },
  }
}

/** How old a result may be, in milliseconds: two may fail, and each may take longer than the last. */
export function maximumAge(
  { scanInterval, scanMaxAge }: Pick<SlowResultsOptions, 'scanInterval' | 'scanMaxAge'>,
  seconds: number,
): number {
  return scanMaxAge ?? 3 * scanInterval + 2 * seconds * 1e3
}
