import { type Clock, secondsSince } from '../clock.ts'
import type { Log } from '../log.ts'
import type { ScanFigures, ScanProgress } from '../metrics/scan-metrics.ts'
import type { WalkedCollector } from '../walk/server-walk.ts'
import type { createWalkTarget, WalkTargetOptions } from '../walk/walk-target.ts'
import type { Noted } from './collector-log.ts'
import { createScanResults, type ScanResults, type ScanResultsOptions } from './scan-results.ts'

export interface TargetScannerOptions extends ScanResultsOptions {
  /** Makes the function that walks once. */
  readonly createWalk: (
    hooks: Pick<WalkTargetOptions, 'begin' | 'onProgress' | 'onResumed'>,
  ) => ReturnType<typeof createWalkTarget>
  readonly figures: ScanFigures
  readonly noteCollector: (result: Noted) => void
  readonly clock: Clock
  readonly log: Log
}

/** Walks a target and has the result served. */
export interface TargetScanner {
  /** Never rejects. */
  scan(): Promise<void>
  /** How the scan is when somebody asks. */
  state(): ScanState
  /** How the collectors did in the last walk that came to its end. */
  collectors(): readonly WalkedCollector[]
}

/** How the scan of a target is when somebody asks. */
export interface ScanState extends ScanProgress {
  readonly target: string
  readonly running: boolean
  /** How old the last complete result is; undefined when there is none. */
  readonly ageSeconds: number | undefined
}

const progressLogMilliseconds = 30_000

const noProgress: ScanProgress = { keys: 0, ratio: 0, load: 0 }

/**
 * Makes what walks a target, publishes what the walk gave once it is complete, counts, and logs: a
 * line when walks begin to fail or work again, and one in half a minute during a long one.
 */
export function createTargetScanner(options: TargetScannerOptions): TargetScanner {
  const { target, createWalk, figures, noteCollector, clock } = options
  const log = options.log.child({ target })
  let running = false
  let progress = noProgress
  let results: ScanResults | undefined
  let completeSince: number | undefined
  let collectors: readonly WalkedCollector[] = []
  let lastFailure: string | undefined
  let loggedAt = 0

  function follow(now: ScanProgress): void {
    progress = now
    figures.scanProgress(now)
    if (clock.monotonic() - loggedAt < progressLogMilliseconds) return
    loggedAt = clock.monotonic()
    log.info({ keys: now.keys, ratio: round(now.ratio), load: round(now.load) }, 'scanning')
  }

  const walk = createWalk({
    begin(role) {
      const begun = createScanResults(options, role)
      results = begun
      follow({ ...noProgress, load: progress.load })
      return begun.add
    },
    onProgress: follow,
    onResumed() {
      figures.scanResumed()
      log.info({ keys: progress.keys }, 'the connection of the scan was lost; it goes on')
    },
  })

  function noteEnd(failure: string | undefined, reason: string | undefined): void {
    if (failure !== undefined && failure !== lastFailure)
      log.warn({ reason }, `scan failed: ${failure}`)
    if (failure === undefined && lastFailure !== undefined) log.info('scan works again')
    lastFailure = failure
  }

  async function scan(): Promise<void> {
    running = true
    progress = noProgress
    loggedAt = clock.monotonic()
    figures.scanStarted()
    const result = await walk()
    const { error, seconds, keys, load } = result
    running = false
    // Of a walk that came to no end, only what failed on its own is known.
    for (const one of result.collectors) if (!error || one.error) noteCollector(one)
    noteEnd(error?.message, error?.reason)
    progress = { keys, load, ratio: error ? progress.ratio : 1 }
    figures.scanProgress(progress)
    figures.scanFinished(error ? 'failed' : 'complete', seconds)
    if (!error) {
      collectors = result.collectors
      completeSince = result.startedAt
      const sound = collectors.filter((one) => !one.error).map(({ name }) => name)
      const series = await results?.publish(sound, result.startedAt, seconds)
      figures.scanServed(result.unixSeconds, series ?? 0)
      log.debug({ seconds, keys, series, load: round(load) }, 'scanned')
    }
    results = undefined
  }

  return {
    scan,
    collectors: () => collectors,
    state: () => ({
      target,
      running,
      ...progress,
      ageSeconds: completeSince === undefined ? undefined : secondsSince(completeSince, clock),
    }),
  }
}

function round(ratio: number): number {
  return Math.round(ratio * 1e4) / 1e4
}
