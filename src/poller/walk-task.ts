import { type Clock, secondsSince } from '../clock.ts'
import type { Log } from '../log.ts'
import type { ServedWalk, WalkFigures, WalkProgress } from '../metrics/walk-metrics.ts'
import { causeOf, type RedisError } from '../redis/redis-error.ts'
import { isSameOrigin, isSameRun, type Origin } from '../redis/server-run.ts'
import type { WalkedCollector } from '../walk/server-walk.ts'
import type { WalkHooks, WalkResult } from '../walk/walk-target.ts'
import type { Noted } from './collector-log.ts'
import type { BeginResults, SlowResults } from './slow-results.ts'
import { originOf } from './snapshot.ts'

export interface WalkTaskOptions {
  readonly target: string
  /** Whether what was found in another role holds no more. */
  readonly byRole: boolean
  /** In milliseconds; undefined where it follows from how long the walk took. */
  readonly scanMaxAge: number | undefined
  /** Makes the function that walks once; the signal ends that walk. */
  readonly createWalk: (hooks: WalkHooks) => (left: AbortSignal) => Promise<WalkResult>
  /** The names of the collectors that walk. */
  readonly names: readonly string[]
  /** Ends the connection of the walk, so that it leads to where the address leads now. */
  readonly leave: () => void
  readonly beginResults: BeginResults
  /** Has what walks gave served no more. */
  readonly withdraw: () => void
  readonly figures: WalkFigures
  readonly noteCollector: (result: Noted) => void
  readonly clock: Clock
  /** That of the target. */
  readonly log: Log
  /** Once it is aborted, nothing is published, counted or logged any more. */
  readonly signal?: AbortSignal
}

/** Walks a target and has the result served. */
export interface WalkTask {
  /** Never rejects. */
  run(): Promise<void>
  /**
   * Tells that the keys are looked at in another target: what was found here is served no more, and
   * a walk that is under way ends.
   */
  leaveToAnother(): void
  /**
   * Tells which server a poll met whose snapshot is served from now on. What was found in another
   * one is told no more, and a walk that is under way there ends.
   */
  meet(origin: Origin): void
  /** How the walk is when somebody asks. */
  state(): WalkState
  /** How the collectors did in the last walk, if that was a walk of this server. */
  collectors(origin: Origin): readonly WalkedCollector[]
}

/** How the walk of a target is when somebody asks. */
export interface WalkState extends WalkProgress {
  readonly target: string
  readonly running: boolean
  /** How long the one that is under way has run; undefined while none is. */
  readonly runningSeconds?: number | undefined
  /** How old the last complete result is; undefined when there is none. */
  readonly ageSeconds: number | undefined
}

/** How the last walk went: of which server, where it came so far as to know. */
interface Ended {
  readonly origin: Origin | undefined
  readonly collectors: readonly WalkedCollector[]
}

/** A walk that came to its end. */
interface Complete {
  readonly origin: Origin
  readonly progress: WalkProgress
  readonly served: ServedWalk
}

const progressLogMilliseconds = 30_000

const noProgress: WalkProgress = { keys: 0, ratio: 0, load: 0 }

/**
 * Makes what walks a target, publishes what the walk gave once it is complete, counts, and logs: a
 * line when walks begin to fail or work again, and one in half a minute during a long one.
 */
export function createWalkTask(options: WalkTaskOptions): WalkTask {
  const { target, byRole, scanMaxAge = Infinity, createWalk, names, leave } = options
  const { beginResults, withdraw, figures, noteCollector, clock, log, signal } = options
  let running = false
  let beganAt = 0
  let progress = noProgress
  let results: SlowResults | undefined
  /** The server that is walked, or that was last. */
  let walked: Origin | undefined
  /** The server that the last poll met. */
  let met: Origin | undefined
  /** Ends the last walk that began. */
  let leaving = new AbortController()
  let complete: Complete | undefined
  let ended: Ended | undefined
  let lastFailure: string | undefined
  let isTooLong = false
  let loggedAt = 0

  const isMet = (origin: Origin) => met === undefined || isSameOrigin(met, origin)

  function show(now: WalkProgress): void {
    progress = now
    figures.walkProgress(now)
  }

  function follow(now: WalkProgress): void {
    show(now)
    if (clock.monotonic() - loggedAt < progressLogMilliseconds) return
    loggedAt = clock.monotonic()
    log.info({ keys: now.keys, ratio: round(now.ratio), load: round(now.load) }, 'scanning')
  }

  /** Tells of what is served; the store decides by the same rule. */
  function tellServed(): void {
    figures.walkServed(complete && isMet(complete.origin) ? complete.served : undefined)
  }

  function allFailed(error: RedisError, collectors: readonly WalkedCollector[] = []): void {
    const known = collectors.length > 0 ? collectors : names.map(unknownCollector)
    const failed = known.map((one) => ({
      ...one,
      rejected: [],
      leftOut: 0,
      error: one.error ?? error,
    }))
    ended = { origin: walked, collectors: failed }
    for (const one of failed) noteCollector(one)
  }

  const walk = createWalk({
    begin(origin) {
      const begun = beginResults(origin)
      results = begun
      walked = originOf(origin.run, origin.role, byRole)
      follow({ ...noProgress, load: progress.load })
      return begun.add
    },
    onProgress: follow,
    onResumed() {
      figures.walkResumed()
      log.info({ keys: progress.keys }, 'the connection of the scan was lost; it goes on')
    },
    onWaiting: (error) => allFailed(error),
  })

  function noteEnd({ error, seconds }: WalkResult): void {
    if (error && error.message !== lastFailure)
      log.warn({ reason: error.reason, ...causeOf(error) }, `scan failed: ${error.message}`)
    if (!error && lastFailure !== undefined) log.info('scan works again')
    lastFailure = error?.message
    const isLonger = !error && seconds * 1e3 >= scanMaxAge
    if (isLonger && !isTooLong)
      log.warn(
        { seconds, maxAgeSeconds: scanMaxAge / 1e3 },
        'the scan took longer than --scan.max-age: its results are too old to be served',
      )
    if (!error) isTooLong = isLonger
  }

  async function publish(
    begun: SlowResults,
    origin: Origin,
    result: WalkResult,
    left: AbortSignal,
  ): Promise<void> {
    const { collectors, startedAt, unixSeconds, seconds, keys, load } = result
    for (const one of collectors) noteCollector(one)
    const sound = collectors.filter((one) => !one.error).map(({ name }) => name)
    const { series, publish } = await begun.finish(sound, startedAt, seconds)
    if (signal?.aborted || left.aborted) return
    // From here on without a pause, so that all of it is seen at once.
    publish()
    ended = { origin, collectors }
    show({ keys, load, ratio: 1 })
    complete = { origin, progress, served: { startedAt, unixSeconds, seconds, series } }
    tellServed()
    log.debug({ seconds, keys, series, load: round(load) }, 'scanned')
  }

  async function run(): Promise<void> {
    running = true
    beganAt = clock.monotonic()
    progress = noProgress
    loggedAt = clock.monotonic()
    walked = undefined
    results = undefined
    leaving = new AbortController()
    const left = leaving.signal
    figures.walkStarted()
    const result = await walk(left)
    running = false
    if (left.aborted) results = undefined
    if (signal?.aborted || left.aborted) return
    noteEnd(result)
    figures.walkFinished(result.error ? 'failed' : 'complete')
    if (result.error) {
      allFailed(result.error, result.collectors)
      // How far it came says nothing about the keys that are served.
      show(complete?.progress ?? noProgress)
    } else if (results && walked) await publish(results, walked, result, left)
    results = undefined
  }

  function leaveToAnother(): void {
    const isNews = complete !== undefined || (running && !leaving.signal.aborted)
    leaving.abort()
    complete = ended = undefined
    withdraw()
    show(noProgress)
    tellServed()
    figures.walkLeft()
    if (isNews) log.info('the keys are looked at in another target; what was found here is dropped')
  }

  return {
    run,
    leaveToAnother,
    meet(origin) {
      const isOther = met !== undefined && !isSameRun(met.run, origin.run)
      met = originOf(origin.run, origin.role, byRole)
      if (complete && !isMet(complete.origin)) {
        complete = undefined
        if (!running) show(noProgress)
        log.info('another server answers; what the scan found before is served no more')
      }
      // Only at a change: an address may lead to several servers by turns.
      if (isOther && walked && !isSameRun(walked.run, met.run)) leave()
      tellServed()
    },
    collectors: ({ run, role }) => {
      const of = originOf(run, role, byRole)
      return ended && (!ended.origin || isSameOrigin(ended.origin, of)) ? ended.collectors : []
    },
    state: () => ({
      target,
      running,
      runningSeconds: running ? secondsSince(beganAt, clock) : undefined,
      ...progress,
      ageSeconds:
        complete && isMet(complete.origin)
          ? secondsSince(complete.served.startedAt, clock)
          : undefined,
    }),
  }
}

function unknownCollector(name: string): WalkedCollector {
  return { name, seconds: 0, rejected: [], leftOut: 0 }
}

function round(ratio: number): number {
  return Math.round(ratio * 1e4) / 1e4
}
