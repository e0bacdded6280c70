import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { TargetCounts } from '../metrics/own-metrics.ts'
import { causeOf } from '../redis/redis-error.ts'
import type { Origin } from '../redis/server-run.ts'
import { createCollectorLog } from './collector-log.ts'
import type { PollResult } from './poll-target.ts'
import { renderSnapshot, type SnapshotOptions } from './snapshot.ts'
import type { SnapshotStore } from './snapshot-store.ts'

export interface TargetPollerOptions extends Omit<SnapshotOptions, 'scanned'> {
  /** How the collectors of scans did last with this server. */
  readonly scanned?: (origin: Origin) => NonNullable<SnapshotOptions['scanned']>
  /** Called when the snapshot of a server was published, before anybody can ask for it. */
  readonly onMet?: (origin: Origin) => void
  readonly target: string
  readonly namespace: string
  readonly maximumAgeMilliseconds: number
  readonly pollTarget: () => Promise<PollResult>
  readonly store: Pick<SnapshotStore, 'publish'>
  readonly ownMetrics: TargetCounts
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
    onMet = () => undefined,
    store,
    ownMetrics,
    onPolled,
    clock,
  } = options
  const log = options.log.child({ target })
  const logTarget = createTargetLog(log, clock)
  const noteCollector = createCollectorLog(log, ownMetrics, options.remedyOf)

  return async () => {
    const takenAt = clock.monotonic()
    const result = await pollTarget()
    const { run, role } = result
    for (const collector of result.collectors) noteCollector(collector)
    const snapshot = await renderSnapshot(namespace, result, takenAt, maximumAgeMilliseconds, {
      ...options,
      scanned: run ? scanned({ run, role }) : [],
    })
    ownMetrics.snapshotPublished(snapshot.bytes, snapshot.series)
    ownMetrics.pollFinished(result.error ? 'down' : 'up', result.seconds)
    store.publish(target, snapshot)
    if (run) onMet({ run, role })
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
