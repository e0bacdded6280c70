import { type Clock, secondsSince } from '../clock.ts'
import type { Collector, Poll } from '../collectors/collector.ts'
import type { CollectorSettings } from '../collectors/settings.ts'
import type { Command } from '../redis/command.ts'
import type { Connection } from '../redis/connection.ts'
import { withDeadline } from '../redis/deadline.ts'
import { infoField } from '../redis/info.ts'
import { type Knowledge, meet, readInfo, readUnlessRefused, refresh } from '../redis/knowledge.ts'
import { readInDatabase } from '../redis/read-in-database.ts'
import { isRedisError, type RedisError, redisError } from '../redis/redis-error.ts'
import { withoutConfig } from '../redis/renamed-command.ts'
import { createRoundTrips, type RoundTrips } from '../redis/round-trips.ts'
import { serverName } from '../redis/server-name.ts'
import { type CollectorResult, runCollector } from './run-collector.ts'

/** What one poll of one target gave. */
export interface PollResult {
  /** Why the target is down; undefined when it is up. */
  readonly error: RedisError | undefined
  readonly collectors: readonly CollectorResult[]
  /** The version that the server reports; empty when the target is down. */
  readonly version: string
  /** What the server calls itself, such as `Valkey 9.1.2`; empty as above. */
  readonly server: string
  /** What the server says that it is, such as master; empty when it does not or is down. */
  readonly role: string
  readonly connectSeconds: number
  /** How long a PING took; undefined when it was not asked for or not answered. */
  readonly pingSeconds: number | undefined
  readonly seconds: number
  /** When the poll began, in seconds since 1970. */
  readonly unixSeconds: number
  readonly roundTrips: number
}

export interface PollTargetOptions {
  readonly connection: Connection
  readonly collectors: readonly Collector[]
  readonly settings: CollectorSettings
  /** For everything: connecting, TLS, authentication, every reply. */
  readonly timeoutMilliseconds: number
  readonly clock: Clock
  /** Names each new connection, for CLIENT LIST. */
  readonly setClientName?: boolean
  /** Measures a PING at the end of each poll, in a round trip of its own. */
  readonly pingOnConnect?: boolean
}

export const clientName: Command = ['CLIENT', 'SETNAME', 'redis_exporter']

/**
 * Makes the function that polls one target once. It keeps the connection and what was learnt of
 * the server from poll to poll; it never rejects and ends by its deadline. In the steady state a
 * poll is one round trip.
 */
export function createPollTarget(options: PollTargetOptions): () => Promise<PollResult> {
  const { connection, settings, timeoutMilliseconds, clock, pingOnConnect } = options
  const greeting = options.setClientName ? clientName : undefined
  const collectors = options.collectors.filter((one) => one.isWanted?.(settings) ?? true)
  let knowledge: Knowledge | undefined

  return async () => {
    const started = clock.monotonic()
    const unixSeconds = clock.wall() / 1e3
    const trips = createRoundTrips(connection)
    let connectSeconds = 0

    async function poll() {
      const kept = (await connection.open()) === 'kept'
      if (!kept) connectSeconds = secondsSince(started, clock)
      const { known, info } = await approach(trips, knowledge, kept, greeting)
      const read = collectAll(collectors, trips, { known, info, settings, unixSeconds }, clock)
      const [found, results] = await Promise.all([info, read])
      // Behind a proxy the same connection may lead to another server than before.
      knowledge = refresh(known, found)
      const role = infoField(found, 'replication', 'role') ?? ''
      const pingSeconds = pingOnConnect ? await ping(trips, known, clock) : undefined
      const { version } = known.server
      const server = serverName(found)
      return { collectors: results, version, server, role, error: undefined, pingSeconds }
    }

    const outcome = await withDeadline(connection, timeoutMilliseconds, poll).catch((failure) => {
      const error = isRedisError(failure) ? failure : redisError('other', 'the poll failed')
      connection.drop(error)
      return { collectors: [], version: '', server: '', role: '', error, pingSeconds: undefined }
    })
    const seconds = secondsSince(started, clock)
    return { ...outcome, connectSeconds, seconds, unixSeconds, roundTrips: trips.count() }
  }
}

// On a connection that we know, INFO travels with everything else; on a new one it goes ahead,
// because it tells what may be asked.
async function approach(
  trips: RoundTrips,
  knowledge: Knowledge | undefined,
  kept: boolean,
  greeting: Command | undefined,
) {
  if (kept && knowledge) return { known: knowledge, info: readInfo(trips, knowledge.infoCommand) }
  const met = await meet(trips, knowledge, greeting)
  return { known: met.knowledge, info: Promise.resolve(met.info) }
}

// It comes when all has been read, so that whatever goes wrong with it costs its own metric only.
async function ping(trips: RoundTrips, { refusals }: Knowledge, clock: Clock) {
  const started = clock.monotonic()
  try {
    await readUnlessRefused(trips, refusals, ['PING'])
  } catch {
    return undefined
  }
  return secondsSince(started, clock)
}

function collectAll(
  collectors: readonly Collector[],
  trips: RoundTrips,
  seen: Pick<Poll, 'settings' | 'unixSeconds'> & {
    readonly known: Knowledge
    readonly info: ReturnType<typeof readInfo>
  },
  clock: Clock,
): Promise<CollectorResult[]> {
  const { known, settings, unixSeconds } = seen
  const { refusals } = known
  const server = withoutConfig(known.server, settings.configCommand)
  const poll = {
    server,
    settings,
    unixSeconds,
    info: () => seen.info,
    read: (...command: Parameters<RoundTrips['read']>[0]) =>
      readUnlessRefused(trips, refusals, command),
    readIn: (database: number, commands: readonly Command[]) =>
      readInDatabase(trips, refusals, database, commands),
  }
  return Promise.all(
    collectors
      .filter((collector) => collector.appliesTo?.(server) ?? true)
      .map((collector) => runCollector(collector, poll, clock)),
  )
}
