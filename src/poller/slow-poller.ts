import type { Clock } from '../clock.ts'
import { inSlices } from '../yielding.ts'
import type { Noted } from './collector-log.ts'
import type { PollResult } from './poll-target.ts'
import type { CollectorResult } from './run-collector.ts'
import { createScanResults, type ScanResultsOptions } from './scan-results.ts'

export interface SlowPollerOptions extends ScanResultsOptions {
  readonly collectors: readonly { readonly name: string }[]
  readonly pollTarget: () => Promise<PollResult>
  readonly noteCollector: (result: Noted) => void
  readonly clock: Clock
}

/** Polls a target for what is expensive and needs no walk, on the schedule of scans. */
export interface SlowPoller {
  /** Never rejects. */
  poll(): Promise<void>
  /** How the collectors did last. */
  collectors(): readonly Pick<CollectorResult, 'name' | 'seconds' | 'error'>[]
}

/** Each collector has its last result served until it is too old; a failure costs no other. */
export function createSlowPoller(options: SlowPollerOptions): SlowPoller {
  const { pollTarget, noteCollector, clock } = options
  let last: readonly CollectorResult[] = []

  return {
    async poll() {
      const takenAt = clock.monotonic()
      const { error, collectors, role, seconds } = await pollTarget()
      // A server that was not reached gave nothing to any of them.
      last = error
        ? options.collectors.map(({ name }) => unreached(name, seconds, error))
        : collectors
      for (const result of last) noteCollector(result)
      const results = createScanResults(options, role)
      const sound = last.filter((result) => !result.error)
      for (const { name, samples } of sound)
        await inSlices(samples, (one) => results.add(name, [one]))
      await results.publish(
        sound.map(({ name }) => name),
        takenAt,
        seconds,
      )
    },
    collectors: () => last,
  }
}

function unreached(
  name: string,
  seconds: number,
  error: NonNullable<PollResult['error']>,
): CollectorResult {
  return { name, samples: [], seconds, rejected: [], leftOut: 0, error }
}
