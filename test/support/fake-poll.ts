import type { Collector, CollectorSettings, Poll } from '../../src/collectors/collector.ts'
import { encode } from '../../src/metrics/encode.ts'
import type { Sample } from '../../src/metrics/metric.ts'
import { assertAllowed, type Command, type Reply } from '../../src/redis/command.ts'
import { type Info, parseInfo } from '../../src/redis/info.ts'
import { isRedisError, type RedisError } from '../../src/redis/redis-error.ts'
import { serverInfo } from '../../src/redis/server-info.ts'
import { createSeriesAccount } from '../../src/walk/series-account.ts'
import { settingsWith } from './default-settings.ts'

/** What a server answers; an error stands for a refusal. */
export type Answer = Reply | RedisError

export interface FakeServer {
  /** The reply of INFO, or what was read of it, which many polls may share. */
  readonly info?: string | Info
  /** Replies by command as one would type it, such as `SLOWLOG GET 1`, or a function. */
  readonly replies?: Readonly<Record<string, Answer>> | ((command: Command) => Answer)
  /** The commands that the server is known to have; it cannot tell unless given. */
  readonly commands?: readonly string[]
  readonly unixSeconds?: number
  /** What differs from the defaults. */
  readonly settings?: Partial<CollectorSettings>
  /** The database that the address names; 0 unless given. */
  readonly database?: number
}

export interface FakePoll extends Poll<CollectorSettings> {
  /** The commands that were read, in order. */
  readonly commands: readonly string[]
  /** The fields that could not be read, as `field: value`. */
  readonly rejected: readonly string[]
  /** The parts that failed, with the reason. */
  readonly failedParts: readonly string[]
  /** The parts that the server does not have. */
  readonly lackedParts: readonly string[]
  /** The samples that were given, in order. */
  readonly given: readonly Sample[]
  /** How many series a bound left out. */
  leftOut(): number
  firstFailure(): RedisError | undefined
}

/** One poll of a server that answers from a table. A command that is not in it fails the test. */
export function fakePoll({ info = '', replies = {}, ...rest }: FakeServer): FakePoll {
  const { commands: known, unixSeconds = 1_700_000_000, settings, database = 0 } = rest
  const parsed = typeof info === 'string' ? parseInfo(info) : info
  const commands: string[] = []
  const answer = (command: Command): Answer => {
    assertAllowed(command)
    const text = command.join(' ')
    commands.push(text)
    const given = typeof replies === 'function' ? replies(command) : replies[text]
    if (given === undefined) throw new Error(`the test has no reply for ${text}`)
    return given
  }
  const rejected: string[] = []
  const failedParts: string[] = []
  const lackedParts: string[] = []
  const given: Sample[] = []
  let failure: RedisError | undefined
  const ownSettings = settingsWith(settings)
  const account = createSeriesAccount(ownSettings.maxSeries)
  return {
    commands,
    rejected,
    failedParts,
    lackedParts,
    given,
    server: serverInfo(parsed, known && new Set(known)),
    settings: ownSettings,
    database,
    unixSeconds,
    info: async () => parsed,
    async read(...command) {
      const reply = answer(command)
      if (isRedisError(reply)) throw reply
      return reply
    },
    readIn: async (database, asked) =>
      database === 0
        ? asked.map(answer)
        : [['SELECT', `${database}`] as const, ...asked, ['SELECT', '0'] as const]
            .map(answer)
            .slice(1, -1),
    reject: (field, value) => void rejected.push(`${field}: ${value}`),
    failPart: (part, error) => {
      failure ??= error
      failedParts.push(`${part}: ${error.reason}: ${error.message}`)
    },
    lackPart: (part) => void lackedParts.push(part),
    firstFailure: () => failure,
    leaveOut: account.leaveOut,
    room: account.room,
    take: account.take,
    give: (samples) => void given.push(...account.take(samples)),
    leftOut: account.leftOut,
  }
}

/** All samples of a collector, those that it gives while it reads before those that it returns. */
export async function samplesOf(collector: Collector, poll: FakePoll): Promise<readonly Sample[]> {
  const returned = await collector.collect(poll)
  return [...poll.given, ...returned]
}

/** What a collector makes of a server: the exposition without its HELP lines. */
export async function collected(collector: Collector, server: FakeServer): Promise<string> {
  const poll = fakePoll(server)
  const samples = await samplesOf(collector, poll)
  const failure = poll.firstFailure()
  // As where collectors are run: a collector of which every part failed has failed itself.
  if (samples.length === 0 && failure) throw failure
  return textOf(samples)
}

/** Samples as they are served, without the HELP lines. */
export function textOf(samples: Iterable<Sample>): string {
  return withoutHelp(encode('redis', samples).text)
}

export function withoutHelp(exposition: string): string {
  return exposition.replaceAll(/^# HELP .*\n/gm, '')
}
