import type { Log } from '../log.ts'
import type { OwnMetrics } from '../metrics/own-metrics.ts'
import type { RedisError } from '../redis/redis-error.ts'
import type { CollectorResult } from './run-collector.ts'

/** What is counted and logged of a collector's result. */
export type Noted = Pick<CollectorResult, 'name' | 'error' | 'failedParts' | 'rejected' | 'leftOut'>

/** What a line of the log names of the fields that cannot be read. */
const mostFields = 100
const mostCharacters = 200

/**
 * Makes the function that counts and logs what a collector met. A failure is counted and logged
 * when it is new: a refusal that is remembered is the same error object on every poll, and a
 * failure that repeats is counted each time but logged once.
 */
export function createCollectorLog(
  log: Log,
  ownMetrics: Pick<OwnMetrics, 'collectorFailed' | 'fieldsRejected' | 'seriesLeftOut'>,
): (result: Noted) => void {
  const errors = new Map<string, RedisError>()
  const failed = new Map<string, ReadonlyMap<string, RedisError>>()
  const bounded = new Set<string>()

  function noteLeftOut({ name, error, leftOut }: Noted): void {
    if (leftOut > 0) {
      ownMetrics.seriesLeftOut(name, leftOut)
      if (!bounded.has(name)) log.warn({ collector: name, leftOut }, 'a bound left series out')
      bounded.add(name)
    } else if (!error) bounded.delete(name)
  }

  function noteError({ name, error }: Noted): void {
    const last = errors.get(name)
    if (!error) {
      if (errors.delete(name)) log.info({ collector: name }, 'collector works again')
      return
    }
    if (error !== last) ownMetrics.collectorFailed(name, error.reason)
    if (error.message !== last?.message)
      log.warn({ collector: name, reason: error.reason }, `collector failed: ${error.message}`)
    errors.set(name, error)
  }

  function noteParts({ name, error, failedParts = new Map() }: Noted): void {
    // Of the parts of a collector that failed as a whole nothing is known.
    if (error) return
    const last = failed.get(name) ?? new Map<string, RedisError>()
    for (const [part, { reason, message }] of failedParts) {
      ownMetrics.collectorFailed(name, reason)
      if (message !== last.get(part)?.message)
        log.warn({ collector: name, part, reason }, `part of a collector failed: ${message}`)
    }
    for (const part of last.keys())
      if (!failedParts.has(part)) log.info({ collector: name, part }, 'part works again')
    failed.set(name, failedParts)
  }

  return (result) => {
    const { name, rejected } = result
    if (rejected.length > 0) {
      ownMetrics.fieldsRejected(name, rejected.length)
      const fields = rejected.slice(0, mostFields).map((field) => field.slice(0, mostCharacters))
      log.debug({ collector: name, fields }, 'fields that cannot be read')
    }
    noteLeftOut(result)
    noteError(result)
    noteParts(result)
  }
}
