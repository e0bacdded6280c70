import { type Clock, secondsSince } from '../clock.ts'
import type { Collector, CollectorSettings } from '../collectors/collector.ts'
import { clientName } from '../redis/client-name.ts'
import type { Connection } from '../redis/connection.ts'
import { createDatabaseReader } from '../redis/database-reader.ts'
import { withDeadline } from '../redis/deadline.ts'
import { type Knowledge, readUnlessRefused } from '../redis/knowledge.ts'
import { isRedisError, type RedisError, redisError } from '../redis/redis-error.ts'
import { createRefusalRetries } from '../redis/refusal-retries.ts'
import type { RenewedConnection } from '../redis/renewed-connection.ts'
import { type ReplicationPosition, replicationPosition } from '../redis/replication-position.ts'
import { createRoundTrips, type RoundTrips } from '../redis/round-trips.ts'
import { serverName } from '../redis/server-name.ts'
import { type ServerRun, serverRun } from '../redis/server-run.ts'
import type { ShownCertificate } from '../redis/shown-certificates.ts'
import { isEndedAt } from '../redis/too-large.ts'
import { whileWanted } from '../yielding.ts'
import { createEndingCommands, type Pass as PassOf } from './ending-commands.ts'
import { createReadTarget, type ReadTargetOptions } from './read-target.ts'
import type { CollectorResult } from './run-collector.ts'
import { type ServerFigures, serverFigures } from './server-figures.ts'

/** What one poll of one target gave. */
export interface PollResult {
  /** Why the target is down; undefined when it is up. */
  readonly error: RedisError | undefined
  readonly collectors: readonly CollectorResult[]
  /** What the server calls itself, such as `Valkey 9.1.2`; empty when the target is down. */
  readonly server: string
  /** What the server says that it is, such as master; empty when it does not or is down. */
  readonly role: string
  /** The run of the server that was read; undefined when the target is down. */
  readonly run: ServerRun | undefined
  /** Undefined where the server tells of none, or the target is down. */
  readonly replication?: ReplicationPosition | undefined
  /** What INFO told of what people look at first; undefined when the target is down. */
  readonly figures?: ServerFigures | undefined
  readonly connectSeconds: number
  /** How long a PING took; undefined when it was not asked for or not answered. */
  readonly pingSeconds: number | undefined
  /** What was shown on the connection where TLS is spoken; none when the target is down. */
  readonly certificates?: readonly ShownCertificate[]
  /** The IP address that was polled; undefined where that was a path, or the target is down. */
  readonly remoteAddress?: string | undefined
  readonly seconds: number
  /** When the poll began, in seconds since 1970. */
  readonly unixSeconds: number
  readonly roundTrips: number
}

export interface PollTargetOptions {
  readonly connection: Connection & Partial<Pick<RenewedConnection, 'renew'>>
  /** Those that are on. */
  readonly collectors: readonly Collector[]
  readonly settings: CollectorSettings
  /** The database that the address names; 0 unless given. */
  readonly database?: number
  /** For everything: connecting, TLS, authentication, every reply. */
  readonly timeoutMilliseconds: number
  readonly clock: Clock
  /** After how long a command that was left out is tried again; never unless given. */
  readonly retryMilliseconds?: number
  /** Names each new connection, for CLIENT LIST. */
  readonly setClientName?: boolean
  /** Measures a PING at the end of each poll, in a round trip of its own. */
  readonly pingOnConnect?: boolean
  /** Writes what collectors give while they read; it stands among the samples unless given. */
  readonly createWriter?: ReadTargetOptions['createWriter']
}

/**
 * Makes the function that polls one target once. It keeps the connection and what was learnt of
 * the server from poll to poll; it never rejects and ends by its deadline. In the steady state a
 * poll is one round trip.
 */
export function createPollTarget(options: PollTargetOptions): () => Promise<PollResult> {
  const { connection, collectors, settings, database = 0, clock, pingOnConnect } = options
  const { timeoutMilliseconds, retryMilliseconds = Infinity, createWriter } = options
  const greeting = options.setClientName ? clientName : undefined
  const reading = { collectors, settings, database, clock, greeting, createWriter }
  const readTarget = createReadTarget(reading)
  const retries = createRefusalRetries(retryMilliseconds, clock)
  const ending = createEndingCommands(retryMilliseconds, clock)
  const databases = createDatabaseReader()
  let knowledge: Knowledge | undefined
  let lasted = false

  return async () => {
    const started = clock.monotonic()
    const unixSeconds = clock.wall() / 1e3
    let connectSeconds = 0
    const made: RoundTrips[] = []
    let isOver = false
    let isAgain = false
    const wanted = {
      throwIfAborted: () => {
        if (isOver) throw pollIsOver
      },
    }

    async function open(): Promise<boolean> {
      const opening = clock.monotonic()
      const kept = (await connection.open()) === 'kept'
      if (!kept) connectSeconds = secondsSince(opening, clock)
      if (knowledge && !isAgain) retries.retryOne(knowledge.refusals, lasted && !kept)
      if (!kept) {
        lasted = false
        databases.opened()
      }
      return kept
    }

    async function read(kept: boolean, oneByOne = goesOneByOne()): Promise<Pass> {
      const trips = createRoundTrips(connection, { oneByOne })
      made.push(trips)
      const before = knowledge
      const giveUp = kept ? dropUnlessHeard() : undefined
      let arrivedAt = clock.monotonic()
      const heard = () => clearTimeout(giveUp)
      const onInfo = () => {
        heard()
        arrivedAt = clock.monotonic()
      }
      const known = kept ? before : undefined
      const found = await readTarget({
        trips,
        databases,
        unixSeconds,
        known,
        before,
        onInfo,
      }).finally(heard)
      wanted.throwIfAborted()
      const { collectors } = found
      knowledge = found.knowledge
      lasted ||= kept
      const { role } = knowledge.server
      const run = serverRun(found.info, arrivedAt)
      const position = { askedAt: started, heardAt: arrivedAt }
      const replication = replicationPosition(found.info, position)
      const figures = serverFigures(found.info, arrivedAt, replication)
      const server = serverName(found.info)
      // The name may lead to another server by now, which is what a new connection finds out.
      const isOtherRole = known !== undefined && role !== known.server.role
      if (isOtherRole && connection.renew?.()) return read(await open())
      const pingSeconds = pingOnConnect ? await ping(trips, knowledge, clock) : undefined
      const certificates = connection.certificates?.() ?? []
      const remoteAddress = connection.remoteAddress?.()
      const told = { server, role, run, replication, figures, certificates, remoteAddress }
      const polled = { ...told, collectors, pingSeconds, error: undefined }
      const { refusals } = knowledge
      return { polled, failure: trips.failure(), asksMore: trips.count() > 1, refusals }
    }

    async function poll(): Promise<Polled> {
      if (knowledge) knowledge.refusals.tooLarge = undefined
      const first = await readWithoutTooLarge(await readKeptOrNew())
      const { polled } = await ending.readWithout(first, () => readAgain(serversEnd, true))
      return polled
    }

    async function readKeptOrNew(): Promise<Pass> {
      const kept = await open()
      try {
        const pass = await read(kept)
        if (kept) ending.noteKept(false)
        return pass
      } catch (failure) {
        // It may have died since the last poll, and a new one work.
        if (isOver || !kept || !isLoss(failure)) throw failure
        ending.noteKept(true)
        connection.drop(failure)
        return read(await open())
      }
    }

    /** A reply that was too large cost what came behind it: that is read again, once, without it. */
    async function readWithoutTooLarge(first: Pass): Promise<Pass> {
      const { tooLarge } = first.refusals
      return tooLarge ? readAgain(tooLarge).catch(() => first) : first
    }

    /** Over a new connection, where nothing is tried again that was refused before. */
    async function readAgain(cause: RedisError, oneByOne?: boolean): Promise<Pass> {
      isAgain = true
      if (knowledge) knowledge.refusals.tooLarge = undefined
      connection.drop(cause)
      return read(await open(), oneByOne)
    }

    // A connection may be dead without a word: half of the time is left for a new one.
    function dropUnlessHeard(): NodeJS.Timeout {
      const drop = () =>
        connection.drop(redisError('connection', 'the connection from the last poll is silent'))
      return setTimeout(drop, timeoutMilliseconds / 2)
    }

    const outcome = await withDeadline(connection, timeoutMilliseconds, () =>
      whileWanted(wanted, poll),
    ).catch(downAs)
    isOver = true
    const seconds = secondsSince(started, clock)
    const roundTrips = made.reduce((sum, trips) => sum + trips.count(), 0)
    return { ...outcome, connectSeconds, seconds, unixSeconds, roundTrips }
  }

  // A command at which the server ended a connection is tried again where that is to tell of it.
  function goesOneByOne(): boolean {
    const { refusals } = knowledge ?? {}
    const retried = refusals?.retried === undefined ? undefined : refusals.get(refusals.retried)
    return ending.areOneByOne() || (retried !== undefined && isEndedAt(retried))
  }

  function downAs(failure: unknown): Polled {
    const error = isRedisError(failure)
      ? failure
      : redisError('other', 'the poll failed', '', failure)
    connection.drop(error)
    return { ...nothing, error }
  }
}

// Of errors, the stack costs most: one stands for all.
const pollIsOver = redisError('timeout', 'the poll is over')
const serversEnd = redisError('connection', 'the server ended the connection')

type Pass = PassOf<Polled>
type Polled = Omit<PollResult, 'connectSeconds' | 'seconds' | 'unixSeconds' | 'roundTrips'>

/** What a poll gave of which nothing is told but why. */
export const nothing: Omit<Polled, 'error'> = {
  collectors: [],
  server: '',
  role: '',
  run: undefined,
  pingSeconds: undefined,
}

function isLoss(failure: unknown): failure is RedisError {
  return isRedisError(failure) && failure.reason === 'connection'
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
