import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { TargetCounts } from '../metrics/target-counts.ts'
import { causeOf, type RedisError } from '../redis/redis-error.ts'
import type { Origin } from '../redis/server-run.ts'
import type { Noted } from './collector-log.ts'
import { nothing, type PollResult } from './poll-target.ts'
import { type Outcome, renderSnapshot, type Snapshot, type SnapshotOptions } from './snapshot.ts'
import type { OpenTarget } from './snapshot-store.ts'

export interface PollTaskOptions extends Omit<SnapshotOptions, 'slow' | 'lastRole'> {
  /** How the collectors of the slow schedule did last with this server. */
  readonly slow?: (origin: Origin) => readonly Outcome[]
  /** Called when the snapshot of a server was published, before anybody can ask for it. */
  readonly onMet?: (origin: Origin) => void
  readonly namespace: string
  readonly maximumAgeMilliseconds: number
  readonly pollTarget: () => Promise<PollResult>
  readonly store: Pick<OpenTarget, 'publish' | 'role'>
  /** Why a snapshot of so many bytes cannot be held; undefined where it can. */
  readonly refuse?: ((bytes: number) => RedisError | undefined) | undefined
  readonly counts: TargetCounts
  /** Called with what a poll gave, when it was published. */
  readonly onResult?: ((result: PollResult) => void) | undefined
  /** Called when all counts of a poll are made. */
  readonly onPolled: () => Promise<void>
  readonly noteCollector: (result: Noted) => void
  readonly clock: Clock
  /** That of the target. */
  readonly log: Log
  /** Once it is aborted, nothing is published, counted or logged any more. */
  readonly signal?: AbortSignal
}

/** Polls a target and has the result served. */
export interface PollTask {
  /** Never rejects. */
  run(): Promise<void>
  /** How the last poll ended; undefined before the first has. */
  last(): PollOutcome | undefined
}

/** Why the target is down, undefined when it is up, and how long that took. */
export type PollOutcome = Pick<PollResult, 'error' | 'seconds'>

/**
 * Makes what polls a target, publishes the snapshot, counts, and logs what changed: a line when the
 * target or a collector goes down or comes back, none for every poll.
 */
export function createPollTask(options: PollTaskOptions): PollTask {
  const {
    namespace,
    maximumAgeMilliseconds,
    pollTarget,
    slow = () => [],
    onMet = () => undefined,
    store,
    refuse = () => undefined,
    counts,
    onPolled,
    noteCollector,
    clock,
    log,
    signal,
  } = options
  const logTarget = createTargetLog(log, clock)
  let last: PollOutcome | undefined

  function render(result: PollResult, takenAt: number, lastRole: string): Promise<Snapshot> {
    const origin = originOf(result)
    return renderSnapshot(namespace, result, takenAt, maximumAgeMilliseconds, {
      sharedFamilies: options.sharedFamilies,
      showRole: options.showRole,
      lastRole,
      byRole: options.byRole,
      remedyOf: options.remedyOf,
      encoder: options.encoder,
      slow: origin ? slow(origin) : [],
    })
  }

  async function run(): Promise<void> {
    const takenAt = clock.monotonic()
    const polled = await pollTarget()
    if (signal?.aborted) return
    for (const collector of polled.collectors) noteCollector(collector)
    const rendered = await render(polled, takenAt, store.role())
    const refusal = refuse(rendered.bytes)
    const result = refusal ? downAs(polled, refusal) : polled
    const snapshot = refusal ? await render(result, takenAt, rendered.role) : rendered
    const origin = originOf(result)
    if (signal?.aborted) return
    counts.snapshotPublished(snapshot.bytes, snapshot.series)
    counts.pollFinished(result.error ? 'down' : 'up', result.seconds)
    store.publish(snapshot)
    if (origin) onMet(origin)
    last = { error: result.error, seconds: result.seconds }
    options.onResult?.(result)
    await onPolled()
    logTarget(result)
    log.debug(
      { seconds: result.seconds, roundTrips: result.roundTrips, series: snapshot.series },
      'polled',
    )
  }

  return { run, last: () => last }
}

function originOf({ run, role }: PollResult): Origin | undefined {
  return run && { run, role }
}

/** The same poll without what it gave. */
function downAs(result: PollResult, error: RedisError): PollResult {
  const { connectSeconds, seconds, unixSeconds, roundTrips } = result
  return { ...nothing, error, connectSeconds, seconds, unixSeconds, roundTrips }
}

function createTargetLog(log: Log, clock: Clock): (result: PollResult) => void {
  let last: { message: string | undefined; since: number } | undefined

  return ({ error, server }) => {
    const message = error?.message
    if (last && last.message === message) return
    const now = clock.monotonic()
    const wasDown = last?.message !== undefined
    const since = wasDown === (message !== undefined) && last ? last.since : now
    if (error) log.warn({ reason: error.reason, ...causeOf(error) }, `down: ${error.message}`)
    else if (last) log.info({ server, downSeconds: seconds(now - last.since) }, 'up again')
    else log.info({ server }, 'up')
    last = { message, since }
  }
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds) / 1e3
}
