import type { Clock } from '../clock.ts'
import type { Collector, Poll } from '../collectors/collector.ts'
import { type Sample, seriesOf } from '../metrics/metric.ts'
import { type RedisError, toRedisError } from '../redis/redis-error.ts'
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
}

/** What a poll gives to each collector of its own. */
type OfCollector = 'reject' | 'failPart' | 'leaveOut' | 'room' | 'take'

/**
 * The series of a collector at most beside those that grow with what the server lists: should one
 * forget to bound a list, it must not take Prometheus down.
 */
const mostOthers = 10_000

/** The characters of the value of a label at most; a series with a longer one is rejected. */
export const longestLabel = 4_096

/** Runs a collector: the one place for timing, failures and rejected fields. Never rejects. */
export async function runCollector(
  collector: Collector,
  poll: Omit<Poll, OfCollector>,
  clock: Clock,
): Promise<CollectorResult> {
  const started = clock.monotonic()
  const { maxSeries } = poll.settings
  const account = createSeriesAccount(maxSeries)
  const failedParts = new Map<string, RedisError>()
  const failPart = (part: string, error: RedisError) => void failedParts.set(part, error)
  const result = (samples: readonly Sample[]) => ({
    name: collector.name,
    samples,
    seconds: (clock.monotonic() - started) / 1e3,
    rejected: account.rejected,
    leftOut: account.leftOut(),
    ...(failedParts.size > 0 ? { failedParts } : {}),
  })
  try {
    const { reject, leaveOut, room, take } = account
    const own: Pick<Poll, OfCollector> = { reject, failPart, leaveOut, room, take }
    const samples = await collector.collect({ ...poll, ...own })
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
    return result(served)
  } catch (failure) {
    return { ...result([]), error: toRedisError(failure) }
  }
}

/**
 * Whether a sample can be served. A series that stands twice makes Prometheus refuse the whole
 * scrape, so the first one is kept.
 */
function createSeriesTest(reject: (field: string) => void): (sample: Sample) => boolean {
  const seen = new Set<string>()
  return ({ metric, labels }) => {
    let series = metric.name
    let longest = 0
    for (const names of [metric.labels, metric.optionalLabels])
      for (const name of names) {
        // With the length, so that no two lists of values become one text.
        const value = labels[name] ?? ''
        series += `\n${value.length}:${value}`
        longest = Math.max(longest, value.length)
      }
    const isSound = longest <= longestLabel && !seen.has(series)
    if (isSound) seen.add(series)
    else reject(metric.name)
    return isSound
  }
}
