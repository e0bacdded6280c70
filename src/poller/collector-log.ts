import type { RemedyOf } from '../collectors/remedy.ts'
import type { Log } from '../log.ts'
import type { TargetCounts } from '../metrics/target-counts.ts'
import { causeOf, type Reason, type RedisError } from '../redis/redis-error.ts'
import type { CollectorResult } from './run-collector.ts'

/** What is counted and logged of a collector's result. */
export type Noted = Pick<
  CollectorResult,
  'name' | 'error' | 'failedParts' | 'rejected' | 'leftOut' | 'sends'
>

// What a collector may meet once while its target is up. What lasts, such as a cluster that is down,
// is counted with every poll, so that it rises from wherever it began.
const reasonsOfInfo: readonly Reason[] = ['parse']
const reasonsOfCommands: readonly Reason[] = [
  ...(['noperm', 'timeout', 'loading', 'too_large', 'parse', 'other'] as const),
]

const none: ReadonlyMap<string, RedisError> = new Map()

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
  counts: Pick<
    TargetCounts,
    'collectorSeen' | 'collectorFailed' | 'fieldsRejected' | 'seriesLeftOut'
  >,
  remedyOf: RemedyOf = () => '',
): (result: Noted) => void {
  const errors = new Map<string, RedisError>()
  const failed = new Map<string, ReadonlyMap<string, RedisError>>()
  const bounded = new Set<string>()
  const seen = new Set<string>()
  // One error may be that of many collectors, as while a server loads its data: it is logged once.
  const told = new WeakSet<RedisError>()
  const logged = new Set<string>()

  function noteLeftOut({ name, error, leftOut }: Noted): void {
    if (leftOut > 0) {
      counts.seriesLeftOut(name, leftOut)
      if (!bounded.has(name)) log.warn({ collector: name, leftOut }, 'a bound left series out')
      bounded.add(name)
    } else if (!error) bounded.delete(name)
  }

  function noteError({ name, error }: Noted): void {
    const last = errors.get(name)
    if (!error) {
      errors.delete(name)
      if (logged.delete(name)) log.info({ collector: name }, 'collector works again')
      return
    }
    if (error !== last) counts.collectorFailed(name, error.reason)
    errors.set(name, error)
    if (error.message === last?.message || told.has(error)) return
    const { reason, message } = error
    log.warn(
      { collector: name, reason, ...causeOf(error) },
      `collector failed: ${message}${behind(remedyOf(name, error))}`,
    )
    told.add(error)
    logged.add(name)
  }

  function notePart(name: string, part: string, error: RedisError, last?: RedisError): void {
    const { reason, message } = error
    if (error !== last) counts.collectorFailed(name, reason)
    if (message !== last?.message)
      log.warn(
        { collector: name, part, reason, ...causeOf(error) },
        `part of a collector failed: ${message}`,
      )
  }

  function noteParts({ name, error, failedParts = none }: Noted): void {
    // Of the parts of a collector that failed as a whole nothing is known.
    if (error) return
    const last = failed.get(name) ?? none
    for (const [part, failure] of failedParts) notePart(name, part, failure, last.get(part))
    for (const part of last.keys())
      if (!failedParts.has(part)) log.info({ collector: name, part }, 'part works again')
    // Hardly any has some, and there may be thousands of targets with forty collectors each.
    if (failedParts.size > 0) failed.set(name, failedParts)
    else failed.delete(name)
  }

  return (result) => {
    const { name, rejected, sends } = result
    if (!seen.has(name)) counts.collectorSeen(name, sends ? reasonsOfCommands : reasonsOfInfo)
    seen.add(name)
    if (rejected.length > 0) {
      counts.fieldsRejected(name, rejected.length)
      const fields = rejected.slice(0, mostFields).map((field) => field.slice(0, mostCharacters))
      log.debug({ collector: name, fields }, 'fields that cannot be read')
    }
    noteLeftOut(result)
    noteError(result)
    noteParts(result)
  }
}

function behind(remedy: string): string {
  return remedy && `; ${remedy}`
}
