import { type Clock, secondsSince } from '../clock.ts'
import type { Collector, CollectorSettings, Poll } from '../collectors/collector.ts'
import { type Metric, type Sample, seriesOf } from '../metrics/metric.ts'
import { isSoundValue } from '../metrics/sound-value.ts'
import { type Command, commandName } from '../redis/command.ts'
import {
  concernsServer,
  isAbsence,
  isRedisError,
  type RedisError,
  toRedisError,
} from '../redis/redis-error.ts'
import { createSeriesAccount } from '../walk/series-account.ts'
import { inSlices } from '../yielding.ts'

/** What one collector gave in one poll. */
export interface CollectorResult {
  readonly name: string
  /** Empty when it failed. */
  readonly samples: readonly Sample[]
  readonly seconds: number
  /** Fields that could not be read, and series that came twice. */
  readonly rejected: readonly string[]
  /** Series that a bound left out. */
  readonly leftOut: number
  readonly error?: RedisError
  /** Parts that failed on their own. */
  readonly failedParts?: ReadonlyMap<string, RedisError>
  /** The server has nothing of what is read here. */
  readonly isAbsent?: boolean
  /** Whether it sends commands, whose failures it may meet. */
  readonly sends?: boolean
}

/** What all collectors are given; what they tell is taken up for each of them apart. */
export type SharedPoll = Omit<
  Poll<CollectorSettings>,
  'reject' | 'failPart' | 'lackPart' | 'leaveOut' | 'room' | 'take'
>

/**
 * The series of a collector at most beside those that grow with what the server lists: should one
 * forget to bound a list, it must not take Prometheus down.
 */
const mostOthers = 10_000

/** The characters of the value of a label at most; a series with a longer one is rejected. */
export const longestLabel = 4_096

/**
 * Runs a collector: the one place for timing, failures and rejected fields. Never rejects.
 */
export async function runCollector(
  collector: Collector,
  poll: SharedPoll,
  clock: Clock,
): Promise<CollectorResult> {
  const started = clock.monotonic()
  const { server, settings, database, unixSeconds, info } = poll
  const { maxSeries } = settings
  const account = createSeriesAccount(maxSeries)
  const failedParts = new Map<string, RedisError>()
  const failPart = (part: string, error: RedisError) => void failedParts.set(part, error)
  let lacksParts = false
  const lackPart = () => {
    lacksParts = true
  }
  const result = (samples: readonly Sample[]) => ({
    name: collector.name,
    samples,
    seconds: secondsSince(started, clock),
    rejected: account.rejected,
    leftOut: account.leftOut(),
    sends: (collector.commands ?? []).length > 0,
  })
  const { read, readIn } = readingOf(poll, failPart)
  const { reject, leaveOut, room, take } = account
  const own: Poll<CollectorSettings> = {
    server,
    settings,
    database,
    unixSeconds,
    info,
    read,
    readIn,
    reject,
    failPart,
    lackPart,
    leaveOut,
    room,
    take,
  }
  try {
    const samples = await collector.collect(own)
    const [failedPart] = failedParts.values()
    // Where nothing came of any part, the collector failed as a whole, or is not for this server.
    if (samples.length === 0 && failedPart) return { ...result([]), error: failedPart }
    if (samples.length === 0 && lacksParts) return { ...result([]), isAbsent: true }
    const served: Sample[] = []
    const isSound = createSeriesTest(reject)
    let series = 0
    await inSlices(samples, (sample) => {
      if (!isSound(sample)) return
      const ofSample = seriesOf(sample)
      series += ofSample
      if (series <= maxSeries + mostOthers) served.push(sample)
      else leaveOut(ofSample)
    })
    return { ...result(served), ...(failedParts.size > 0 ? { failedParts } : {}) }
  } catch (failure) {
    const error = toRedisError(failure)
    return isAbsence(error) ? { ...result([]), isAbsent: true } : { ...result([]), error }
  }
}

// The first error of the whole server ends what a collector does: the next command would be
// answered in the same way. What a user may not do with keys is told for each command.
function readingOf(poll: SharedPoll, failPart: Poll['failPart']): Pick<Poll, 'read' | 'readIn'> {
  let ended: RedisError | undefined

  function note(reply: unknown, command: Command | undefined): void {
    if (!isRedisError(reply)) return
    if (concernsServer(reply)) ended ??= reply
    if (reply.reason === 'noperm' && command) failPart(commandName(command), reply)
  }

  return {
    async read(...command) {
      if (ended) throw ended
      try {
        return await poll.read(...command)
      } catch (error) {
        note(error, undefined)
        throw error
      }
    },
    async readIn(database, commands) {
      if (ended) throw ended
      try {
        const replies = await poll.readIn(database, commands)
        for (const [index, reply] of replies.entries()) note(reply, commands[index])
        return replies
      } catch (error) {
        note(error, undefined)
        throw error
      }
    },
  }
}

/**
 * Whether a sample can be served. A series that stands twice makes Prometheus refuse the whole
 * scrape, so the first one is kept; a counter below zero and a
 * histogram that is none would show nonsense.
 */
function createSeriesTest(reject: (field: string) => void): (sample: Sample) => boolean {
  const withoutLabels = new Set<string>()
  const others = new Map<string, Set<string>>()

  function seenOf({ name, labels, optionalLabels }: Metric): Set<string> {
    if (labels.length + optionalLabels.length === 0) return withoutLabels
    const known = others.get(name) ?? new Set()
    if (known.size === 0) others.set(name, known)
    return known
  }

  return (sample) => {
    const { metric } = sample
    const seen = seenOf(metric)
    const series = seen === withoutLabels ? metric.name : labelValues(sample)
    const isSound = series !== undefined && !seen.has(series) && isSoundValue(sample)
    if (isSound) seen.add(series)
    else reject(metric.name)
    return isSound
  }
}

/** The values of all labels as one text; undefined where one of them is too long. */
function labelValues({ metric, labels }: Sample): string | undefined {
  const names = metric.labels.length + metric.optionalLabels.length
  let values = ''
  for (const some of [metric.labels, metric.optionalLabels])
    for (const name of some) {
      const text = labels[name] ?? ''
      if (text.length > longestLabel) return undefined
      // With the length, so that no two lists of values become one text.
      values = names === 1 ? text : `${values}${text.length}:${text}`
    }
  return values
}
