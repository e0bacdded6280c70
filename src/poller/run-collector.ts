import { type Clock, secondsSince } from '../clock.ts'
import type { Collector, CollectorSettings, Poll } from '../collectors/collector.ts'
import type { WrittenSeries } from '../metrics/encode.ts'
import { type Sample, seriesOf } from '../metrics/metric.ts'
import type { SeriesWriter } from '../metrics/series-writer.ts'
import { type Command, commandName } from '../redis/command.ts'
import type { Info } from '../redis/info.ts'
import {
  concernsServer,
  isAbsence,
  isRedisError,
  type RedisError,
  toRedisError,
} from '../redis/redis-error.ts'
import { isRefusalToTell } from '../redis/taken-away.ts'
import { createSeriesAccount, type SeriesAccount } from '../walk/series-account.ts'
import { startInSlices } from '../yielding.ts'
import { isNewAndSound, noSeries, type SeenSeries } from './sound-series.ts'

/** What one collector gave in one poll. */
export interface CollectorResult {
  readonly name: string
  /** Empty when it failed. */
  readonly samples: readonly Sample[]
  /** What of it was written already: what a server may list in any number. */
  readonly written?: readonly WrittenSeries[]
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
  'reject' | 'failPart' | 'lackPart' | 'leaveOut' | 'room' | 'take' | 'give'
>

/**
 * The series of a collector at most beside those that grow with what the server lists: should one
 * forget to bound a list, it must not take Prometheus down.
 */
const mostOthers = 10_000

const nothing = { samples: [] }

/**
 * Runs a collector; never rejects. What it gives while it reads goes to the writer; without one it
 * stands before the samples that it returns.
 */
export async function runCollector(
  collector: Collector,
  poll: SharedPoll,
  clock: Clock,
  writer?: SeriesWriter,
): Promise<CollectorResult> {
  const { own, finish, fail } = begin(collector, poll, clock, clock.monotonic(), writer)
  try {
    return await finish(await collector.collect(own))
  } catch (failure) {
    return fail(failure)
  }
}

/** A collector that reads nothing but INFO. */
export type InfoReader = Collector & Required<Pick<Collector, 'readInfo'>>

/** An INFO, and when it was asked for, by the monotonic clock. */
export interface ArrivedInfo {
  readonly info: Info
  readonly askedAt: number
}

/** The same of one that reads nothing but INFO, when that is there: mostly nobody has to wait. */
export function runInfoReader(
  collector: InfoReader,
  { info, askedAt }: ArrivedInfo,
  poll: SharedPoll,
  clock: Clock,
  writer?: SeriesWriter,
): CollectorResult | Promise<CollectorResult> {
  const { own, finish, fail } = begin(collector, poll, clock, askedAt, writer)
  try {
    const returned = collector.readInfo(info, own)
    const result = returned instanceof Promise ? returned.then(finish) : finish(returned)
    return result instanceof Promise ? result.catch(fail) : result
  } catch (failure) {
    return fail(failure)
  }
}

/*
 * What a collector gave so far, and what became of it. Functions outside work on it, since the machine code
 * of closures made for each poll is forgotten with them.
 */
interface Run {
  readonly maxSeries: number
  readonly account: SeriesAccount
  readonly seen: SeenSeries
  readonly samples: Sample[]
  readonly writer: SeriesWriter | undefined
  readonly failedParts: Map<string, RedisError>
  lacksParts: boolean
  hasGiven: boolean
  series: number
}

/** Whether a sample is served; one that is not is counted. */
function isServed(run: Run, one: Sample): boolean {
  if (!isNewAndSound(run.seen, one)) {
    run.account.reject(one.metric.name)
    return false
  }
  const ofSample = seriesOf(one)
  run.series += ofSample
  if (run.series <= run.maxSeries + mostOthers) return true
  run.account.leaveOut(ofSample)
  return false
}

function give(run: Run, given: readonly Sample[]): void {
  const { account, writer, samples } = run
  const taken = account.take(given)
  run.hasGiven ||= taken.length > 0
  for (const one of taken) {
    if (!isServed(run, one)) continue
    if (writer) writer.add(one)
    else samples.push(one)
  }
}

/** The one place for timing, failures and rejected fields. */
function begin(
  collector: Collector,
  poll: SharedPoll,
  clock: Clock,
  started: number,
  writer: SeriesWriter | undefined,
) {
  const { server, settings, database, unixSeconds, info } = poll
  const { maxSeries } = settings
  const account = createSeriesAccount(maxSeries)
  const failedParts = new Map<string, RedisError>()
  const failPart = (part: string, error: RedisError) => void failedParts.set(part, error)
  const samples: Sample[] = []
  const run: Run = {
    maxSeries,
    account,
    seen: noSeries(),
    samples,
    writer,
    failedParts,
    lacksParts: false,
    hasGiven: false,
    series: 0,
  }
  const result = (served: Pick<CollectorResult, 'samples' | 'written'>) => ({
    name: collector.name,
    ...served,
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
    lackPart() {
      run.lacksParts = true
    },
    leaveOut,
    room,
    take,
    give: (given) => give(run, given),
  }

  function finish(returned: readonly Sample[]): CollectorResult | Promise<CollectorResult> {
    const [failedPart] = failedParts.values()
    // Where nothing came of any part, the collector failed as a whole, or is not for this server.
    const isEmpty = !run.hasGiven && returned.length === 0
    if (isEmpty && failedPart) return { ...result(nothing), error: failedPart }
    if (isEmpty && run.lacksParts) return { ...result(nothing), isAbsent: true }
    const end = () => {
      const written = writer && run.hasGiven ? { written: writer.finish() } : {}
      const parts = failedParts.size > 0 ? { failedParts } : {}
      return { ...result({ samples, ...written }), ...parts }
    }
    const later = startInSlices(returned, (one) => {
      if (isServed(run, one)) samples.push(one)
    })
    return later ? later.then(end) : end()
  }

  function fail(failure: unknown): CollectorResult {
    const error = toRedisError(failure)
    return isAbsence(error) ? { ...result(nothing), isAbsent: true } : { ...result(nothing), error }
  }

  return { own, finish, fail }
}

// The first error of the whole server ends what a collector does: the next command would be
// answered in the same way. What is refused of keys, and what a server tells too much of one, is told
// for each command.
function readingOf(poll: SharedPoll, failPart: Poll['failPart']): Pick<Poll, 'read' | 'readIn'> {
  let ended: RedisError | undefined

  function note(reply: unknown, command: Command | undefined): void {
    if (!isRedisError(reply)) return
    if (concernsServer(reply)) ended ??= reply
    const name = command && commandName(command)
    if (!name) return
    if (reply.reason === 'too_large' || isRefusalToTell(name, reply, poll.server))
      failPart(name, reply)
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
