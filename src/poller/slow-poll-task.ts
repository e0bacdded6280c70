import type { Clock } from '../clock.ts'
import { isSameRun, type Origin, type ServerRun } from '../redis/server-run.ts'
import { inSlices } from '../yielding.ts'
import type { Noted } from './collector-log.ts'
import type { PollResult } from './poll-target.ts'
import type { CollectorResult } from './run-collector.ts'
import type { BeginResults } from './slow-results.ts'

export interface SlowPollTaskOptions {
  readonly collectors: readonly { readonly name: string }[]
  readonly pollTarget: () => Promise<PollResult>
  /** Ends the connection of these polls, so that it leads to where the address leads now. */
  readonly leave: () => void
  readonly beginResults: BeginResults
  readonly noteCollector: (result: Noted) => void
  readonly clock: Clock
  /** Once it is aborted, nothing is published, counted or logged any more. */
  readonly signal?: AbortSignal
}

/** Polls a target for what is expensive and needs no walk, on the slow schedule. */
export interface SlowPollTask {
  /** Never rejects. */
  run(): Promise<void>
  /** Tells which server a poll met whose snapshot is served from now on. */
  meet(origin: Origin): void
  /** How the collectors did last, if that was with this server or none was reached. */
  collectors(origin: Origin): readonly Did[]
}

type Did = Pick<CollectorResult, 'name' | 'seconds' | 'error' | 'failedParts'>

/** Each collector has its last result served until it is too old; a failure costs no other. */
export function createSlowPollTask(options: SlowPollTaskOptions): SlowPollTask {
  const { pollTarget, beginResults, noteCollector, leave, clock, signal } = options
  let last: readonly Did[] = []
  /** The server that gave it; undefined where none was reached. */
  let lastRun: ServerRun | undefined
  let met: ServerRun | undefined

  return {
    async run() {
      const takenAt = clock.monotonic()
      const { error, collectors, run, role, seconds } = await pollTarget()
      if (signal?.aborted) return
      // A server that was not reached gave nothing to any of them.
      const results = error
        ? options.collectors.map(({ name }) => unreached(name, seconds, error))
        : collectors
      // Its samples are held as text.
      last = results.map((one) => ({ ...one, samples: undefined }))
      lastRun = run
      for (const result of results) noteCollector(result)
      if (!run) return
      const encoded = beginResults({ run, role })
      const sound = results.filter((result) => !result.error)
      for (const { name, samples } of sound)
        await inSlices(samples, (one) => encoded.add(name, [one]))
      const names = sound.map(({ name }) => name)
      const { publish } = await encoded.finish(names, takenAt, seconds)
      publish()
    },
    meet({ run }) {
      const isOther = met !== undefined && !isSameRun(met, run)
      met = run
      // What is under way as well: it reads from a server that is not the target's any more.
      if (isOther && !(lastRun && isSameRun(lastRun, run))) leave()
    },
    collectors: ({ run }) => (lastRun && !isSameRun(lastRun, run) ? [] : last),
  }
}

function unreached(
  name: string,
  seconds: number,
  error: NonNullable<PollResult['error']>,
): CollectorResult {
  return { name, samples: [], seconds, rejected: [], leftOut: 0, error }
}
