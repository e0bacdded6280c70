import type { Clock } from '../clock.ts'
import type { Collector, Poll } from '../collectors/collector.ts'
import type { Sample } from '../metrics/metric.ts'
import { type Command, commandName } from '../redis/command.ts'
import {
  concernsServer,
  isAbsence,
  isRedisError,
  type RedisError,
  toRedisError,
} from '../redis/redis-error.ts'
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
export type SharedPoll = Omit<Poll, 'reject' | 'failPart' | 'lackPart' | 'leaveOut'>

/**
 * Runs a collector: the one place for timing, failures and rejected fields. Never rejects. After
 * `isCautious`, which tells that the whole server refused it the last time, many commands wait for
 * the reply to the first of them.
 */
export async function runCollector(
  collector: Collector,
  poll: SharedPoll,
  clock: Clock,
  isCautious = false,
): Promise<CollectorResult> {
  const started = clock.monotonic()
  const rejected: string[] = []
  const reject = (field: string) => void rejected.push(field)
  const failedParts = new Map<string, RedisError>()
  const failPart = (part: string, error: RedisError) => void failedParts.set(part, error)
  let lacksParts = false
  const lackPart = () => {
    lacksParts = true
  }
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
    sends: (collector.commands ?? []).length > 0,
  })
  const reading = readingOf(poll, failPart, isCautious)
  try {
    const told = { ...poll, ...reading, reject, failPart, lackPart, leaveOut }
    const samples = await collector.collect(told)
    const [failedPart] = failedParts.values()
    // Where nothing came of any part, the collector failed as a whole, or is not for this server.
    if (samples.length === 0 && failedPart) return { ...result([]), error: failedPart }
    if (samples.length === 0 && lacksParts) return { ...result([]), isAbsent: true }
    const distinct = await withoutDuplicates(samples, reject)
    const kept = bounded(distinct, poll.settings.maxSeries, leaveOut)
    return { ...result(kept), ...(failedParts.size > 0 ? { failedParts } : {}) }
  } catch (failure) {
    const error = toRedisError(failure)
    return isAbsence(error) ? { ...result([]), isAbsent: true } : { ...result([]), error }
  }
}

// The first error of the whole server ends what a collector does: the next command would be
// answered in the same way. What a user may not do with keys is told for each command.
function readingOf(
  poll: SharedPoll,
  failPart: Poll['failPart'],
  isCautious: boolean,
): Pick<Poll, 'read' | 'readIn'> {
  let ended: RedisError | undefined

  function note(reply: unknown, command: Command | undefined): void {
    if (!isRedisError(reply)) return
    if (concernsServer(reply)) ended ??= reply
    if (reply.reason === 'noperm' && command) failPart(commandName(command), reply)
  }

  async function readAll(database: number, commands: readonly Command[]) {
    if (ended) throw ended
    const replies = await poll.readIn(database, commands)
    for (const [index, reply] of replies.entries()) note(reply, commands[index])
    return replies
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
      if (!isCautious || commands.length < 2) return readAll(database, commands)
      const first = await readAll(database, commands.slice(0, 1))
      if (ended) return commands.map(() => first[0] ?? null)
      return [...first, ...(await readAll(database, commands.slice(1)))]
    },
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
    const series = `${sample.metric.name}\n${Object.values(sample.labels).join('\n')}`
    if (seen.has(series)) reject(sample.metric.name)
    else distinct.push(sample)
    seen.add(series)
  })
  return distinct
}
