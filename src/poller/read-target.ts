import type { Clock } from '../clock.ts'
import type { Collector, CollectorSettings } from '../collectors/collector.ts'
import type { SeriesWriter } from '../metrics/series-writer.ts'
import { type Command, commandName } from '../redis/command.ts'
import type { DatabaseReader } from '../redis/database-reader.ts'
import type { Info } from '../redis/info.ts'
import {
  greet,
  type Knowledge,
  meet,
  readInfo,
  readUnlessRefused,
  refresh,
  withCommands,
} from '../redis/knowledge.ts'
import { createOneAhead } from '../redis/one-ahead.ts'
import {
  concernsServer,
  fromErrorReply,
  isRedisError,
  type RedisError,
} from '../redis/redis-error.ts'
import { withoutConfig } from '../redis/renamed-command.ts'
import type { RoundTrips } from '../redis/round-trips.ts'
import { askCommands, type ServerInfo } from '../redis/server-info.ts'
import { isSliceOver, timeForMore } from '../yielding.ts'
import {
  type CollectorResult,
  type InfoReader,
  runCollector,
  runInfoReader,
  type SharedPoll,
} from './run-collector.ts'

export interface ReadTargetOptions {
  readonly collectors: readonly Collector[]
  readonly settings: CollectorSettings
  /** The database that the address names. */
  readonly database: number
  readonly clock: Clock
  /** A command that goes along when a connection is made, and may fail. */
  readonly greeting: Command | undefined
  /** Writes what a collector gives, of a server in this role; all is kept as samples unless given. */
  readonly createWriter?: ((role: string) => SeriesWriter) | undefined
}

/** A server over a connection, and what is known of it. */
export interface Meeting {
  readonly trips: RoundTrips
  /** Of the same connection. */
  readonly databases: DatabaseReader
  readonly unixSeconds: number
  /** Undefined of one that is not known yet, or when the connection is new. */
  readonly known: Knowledge | undefined
  /** What was learnt of it before, over another connection. */
  readonly before: Knowledge | undefined
  /** Called when INFO is there. */
  readonly onInfo: () => void
}

/** What was read of a server; the knowledge is of this INFO. */
export interface ReadResult {
  readonly knowledge: Knowledge
  readonly info: Info
  readonly collectors: readonly CollectorResult[]
}

/**
 * Makes the function that reads a server by all collectors. INFO of a server that is known travels
 * with everything else; where it tells that the server is not what it was taken for, what was read
 * is thrown away and read again.
 */
export function createReadTarget(
  options: ReadTargetOptions,
): (met: Meeting) => Promise<ReadResult> {
  const { collectors, settings, database, clock, greeting, createWriter } = options
  let oneAhead = createOneAhead()
  let refusalsOfServer: Knowledge['refusals'] | undefined
  let loading: RedisError | undefined

  async function collect(
    known: Knowledge,
    info: Promise<Info>,
    { trips, databases, unixSeconds }: Meeting,
  ): Promise<CollectorResult[]> {
    const { refusals } = known
    // What another server answers is another matter.
    if (refusals !== refusalsOfServer) oneAhead = createOneAhead()
    refusalsOfServer = refusals
    const server = withoutConfig(known.server, settings.configCommand)
    // One and the same for as long as it lasts, so that it counts once.
    loading = server.loading ? (loading ?? fromErrorReply('LOADING')) : undefined
    // Who comes later in this poll would be answered in the same way.
    let refusedByAll: RedisError | undefined
    const poll: SharedPoll = {
      server,
      settings,
      database,
      unixSeconds,
      info: () => info,
      async read(...command) {
        if (loading) throw loading
        return readUnlessRefused(trips, refusals, command)
      },
      async readIn(database, commands) {
        const refusal = loading ?? refusedByAll
        if (refusal) throw refusal
        const read = oneAhead.through((some) => databases.read(trips, refusals, database, some))
        try {
          return await read(commands)
        } catch (error) {
          if (isRedisError(error) && concernsServer(error)) refusedByAll ??= error
          throw error
        }
      },
    }
    const applies = (one: Collector) => one.appliesTo?.(server) ?? true
    const applying = collectors.filter(applies)
    for (const one of collectors) if (!applies(one)) one.forget?.()
    return runAll(applying, info, poll, server.role)
  }

  async function runAll(
    applying: readonly Collector[],
    info: Promise<Info>,
    poll: SharedPoll,
    role: string,
  ): Promise<CollectorResult[]> {
    const askedAt = clock.monotonic()
    const run = (one: Collector) => runCollector(one, poll, clock, createWriter?.(role))
    const results = new Map<Collector, CollectorResult>()
    // What they ask for goes together.
    const asked = applying.filter(asks).map(async (one) => results.set(one, await run(one)))
    const found = { info: await info, askedAt }
    // The others, which would otherwise all go on in the turn in which INFO has come.
    for (const one of applying) {
      if (asks(one)) continue
      if (isSliceOver()) await timeForMore()
      const result = readsInfo(one)
        ? runInfoReader(one, found, poll, clock, createWriter?.(role))
        : run(one)
      results.set(one, result instanceof Promise ? await result : result)
    }
    await Promise.all(asked)
    return applying.flatMap((one) => {
      const result = results.get(one)
      return result && !result.isAbsent ? result : []
    })
  }

  /** What else goes along when a connection is made, where it was refused and it is its turn. */
  function retryGreeting(trips: RoundTrips, known: Knowledge): Promise<Knowledge> | undefined {
    const { refusals } = known
    if (refusals.retried === commandName(askCommands)) return withCommands(trips, known)
    if (greeting && refusals.retried === commandName(greeting)) greet(trips, refusals, greeting)
    return undefined
  }

  return async (meeting) => {
    const { trips } = meeting
    let known = meeting.known
    let { before } = meeting
    let info = known && readInfo(trips, known.infoCommand)
    const retried = known && retryGreeting(trips, known)
    for (;;) {
      if (!known || !info) {
        const met = await meet(trips, before, greeting)
        known = met.knowledge
        info = Promise.resolve(met.info)
      }
      info.then(meeting.onInfo, () => undefined)
      const [found, results] = await Promise.all([info, collect(known, info, meeting)])
      // Behind a proxy the same connection may lead to another server than before.
      const knowledge = refresh((await retried) ?? known, found)
      if (knowledge && isAsTaken(known.server, knowledge.server))
        return { knowledge, info: found, collectors: results }
      known = knowledge
      before = undefined
      info = Promise.resolve(found)
    }
  }
}

function asks({ commands = [] }: Collector): boolean {
  return commands.length > 0
}

function readsInfo(collector: Collector): collector is InfoReader {
  return collector.readInfo !== undefined
}

// What decides which commands are sent.
function isAsTaken(taken: ServerInfo, found: ServerInfo): boolean {
  const facts = ({ role, mode, redisVersion, clusterEnabled, loading, masterNames }: ServerInfo) =>
    JSON.stringify([role, mode, redisVersion, clusterEnabled, loading, masterNames])
  return facts(taken) === facts(found)
}
