import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { OwnMetrics } from '../metrics/own-metrics.ts'
import { createCollectorLog } from './collector-log.ts'
import type { PollResult } from './poll-target.ts'
import { renderSnapshot, type SnapshotOptions } from './snapshot.ts'
import type { SnapshotStore } from './snapshot-store.ts'

export interface TargetPollerOptions extends Omit<SnapshotOptions, 'scanned'> {
  /** How the collectors of scans did last. */
  readonly scanned?: () => NonNullable<SnapshotOptions['scanned']>
  readonly target: string
  readonly namespace: string
  readonly maximumAgeMilliseconds: number
  readonly pollTarget: () => Promise<PollResult>
  readonly store: Pick<SnapshotStore, 'publish'>
  readonly ownMetrics: OwnMetrics
  /** Called when all counts of a poll are made. */
  readonly onPolled: () => Promise<void>
  readonly clock: Clock
  readonly log: Log
}

/**
 * Makes the function that polls a target, publishes the snapshot, counts, and logs what changed:
 * a line when the target or a collector goes down or comes back, none for every poll.
 */
export function createTargetPoller(options: TargetPollerOptions): () => Promise<void> {
  const {
    target,
    namespace,
    maximumAgeMilliseconds,
    pollTarget,
    scanned = () => [],
    store,
    ownMetrics,
    onPolled,
    clock,
  } = options
  const log = options.log.child({ target })
  const logTarget = createTargetLog(log, clock)
  const noteCollector = createCollectorLog(log, ownMetrics)

  return async () => {
    const takenAt = clock.monotonic()
    const result = await pollTarget()
    for (const collector of result.collectors) noteCollector(collector)
    const snapshot = await renderSnapshot(namespace, result, takenAt, maximumAgeMilliseconds, {
      ...options,
      scanned: scanned(),
    })
    ownMetrics.snapshotPublished(snapshot.bytes, snapshot.series)
    ownMetrics.pollFinished(result.error ? 'down' : 'up', result.seconds)
    store.publish(target, snapshot)
    await onPolled()
    logTarget(result)
    log.debug(
      { seconds: result.seconds, roundTrips: result.roundTrips, series: snapshot.series },
      'polled',
    )
  }
}

function createTargetLog(log: Log, clock: Clock): (result: PollResult) => void {
  let last: { message: string | undefined; since: number } | undefined

  return ({ error, version }) => {
    const message = error?.message
    if (last && last.message === message) return
    const now = clock.monotonic()
    const wasDown = last?.message !== undefined
    const since = wasDown === (message !== undefined) && last ? last.since : now
    const err = error?.cause === undefined ? {} : { err: error.cause }
    if (error) log.warn({ reason: error.reason, ...err }, `down: ${error.message}`)
    else if (last) log.info({ version, downSeconds: seconds(now - last.since) }, 'up again')
    else log.info({ version }, 'up')
    last = { message, since }
  }
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds) / 1e3
}
