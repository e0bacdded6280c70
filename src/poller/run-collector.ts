import type { Clock } from '../clock.ts'
import type { Collector, Poll } from '../collectors/collector.ts'
import type { Sample } from '../metrics/metric.ts'
import { type RedisError, toRedisError } from '../redis/redis-error.ts'
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

/** Runs a collector: the one place for timing, failures and rejected fields. Never rejects. */
export async function runCollector(
  collector: Collector,
  poll: Omit<Poll, 'reject' | 'failPart' | 'leaveOut'>,
  clock: Clock,
): Promise<CollectorResult> {
  const started = clock.monotonic()
  const rejected: string[] = []
  const reject = (field: string) => void rejected.push(field)
  const failedParts = new Map<string, RedisError>()
  const failPart = (part: string, error: RedisError) => void failedParts.set(part, error)
  let leftOut = 0
  const leaveOut = (series: number) => {
    leftOut += series
  }
  const result = (samples: readonly Sample[]) => ({
    name: collector.name,
    samples,
    seconds: (clock.monotonic() - started) / 1e3,
    rejected,
    leftOut,
    ...(failedParts.size > 0 ? { failedParts } : {}),
  })
  try {
    const samples = await collector.collect({ ...poll, reject, failPart, leaveOut })
    const distinct = await withoutDuplicates(samples, reject)
    return result(bounded(distinct, poll.settings.maxSeries, leaveOut))
  } catch (failure) {
    return { ...result([]), error: toRedisError(failure) }
  }
}

// Whatever a collector finds, it must not take Prometheus down.
function bounded(samples: readonly Sample[], most: number, leaveOut: Poll['leaveOut']) {
  if (samples.length > most) leaveOut(samples.length - most)
  return samples.slice(0, most)
}

// A series that stands twice makes Prometheus refuse the whole scrape; the first one is kept.
async function withoutDuplicates(samples: readonly Sample[], reject: (field: string) => void) {
  const seen = new Set<string>()
  const distinct: Sample[] = []
  await inSlices(samples, (sample) => {
    // Labels may hold any character, so none can stand between them.
    const series = sample.metric.name + JSON.stringify(sample.labels)
    if (seen.has(series)) reject(sample.metric.name)
    else distinct.push(sample)
    seen.add(series)
  })
  return distinct
}
