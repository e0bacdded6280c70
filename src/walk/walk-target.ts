import { setTimeout as sleep } from 'node:timers/promises'
import { secondsSince } from '../clock.ts'
import type { Command } from '../redis/command.ts'
import { withDeadline } from '../redis/deadline.ts'
import { type Knowledge, meet } from '../redis/knowledge.ts'
import {
  fromErrorReply,
  isRedisError,
  type Reason,
  type RedisError,
  redisError,
} from '../redis/redis-error.ts'
import { createRefusalRetries } from '../redis/refusal-retries.ts'
import { createRoundTrips } from '../redis/round-trips.ts'
import { isSameRun, type ServerRun, serverRun } from '../redis/server-run.ts'
import { endedBy } from '../redis/too-large.ts'
import { prepareForWalk } from './prepare-for-walk.ts'
import { createSelectedDatabase } from './selected-database.ts'
import {
  type Arrival,
  type ServerWalk,
  type ServerWalkHooks,
  type ServerWalkOptions,
  startServerWalk,
  type WalkedCollector,
} from './server-walk.ts'
import { createTooLargeReplies } from './too-large-replies.ts'
import { createWalkRefusals } from './walk-refusals.ts'

/** What one walk of one target gave. */
export interface WalkResult {
  /** Why the walk came to no end; undefined when it did. */
  readonly error: RedisError | undefined
  readonly collectors: readonly WalkedCollector[]
  /** The role of the server: master or slave. */
  readonly role: string
  readonly keys: number
  /** The share of one core of the server that was used. */
  readonly load: number
  readonly seconds: number
  /** When the walk began, in milliseconds of the monotonic clock and in seconds since 1970. */
  readonly startedAt: number
  readonly unixSeconds: number
}

export interface WalkTargetOptions
  extends Pick<ServerWalkOptions, 'connection' | 'collectors' | 'settings' | 'clock'> {
  /** For the whole walk. */
  readonly timeoutMilliseconds: number
  /** After how long a command that was refused is tried again. */
  readonly retryMilliseconds: number
  /** A command that goes along when a connection is made, and may fail. */
  readonly greeting?: Command | undefined
  /** Ends the walk that is under way, once its connection was closed. */
  readonly signal?: AbortSignal
  /** Given back while the server is lost, and taken again before the walk goes on. */
  readonly turn?: WalkTurn
}

/** The turn of a walk where only so many may walk at a time. */
export interface WalkTurn {
  take(): Promise<void>
  give(): void
}

/** What whoever has a target walked hears of it. */
export interface WalkHooks extends ServerWalkHooks {
  /** Called when the walk goes on behind a connection that was lost. */
  readonly onResumed: () => void
  /** Called while the server cannot be come back to, with the reason. */
  readonly onWaiting: (error: RedisError) => void
}

// How long to wait before trying to come back to a server that was lost, the last time again and
// again; from the beginning once the walk has come further.
const retryDelays = [100, 500, 1000, 2000, 5000, 10_000]

/**
 * Makes the function that walks through the keys of a target once. It never rejects and ends by its
 * deadline. A connection that is lost is opened again, a server that answers nothing for now is
 * waited for, and the walk goes on from its cursor when the server is still the same; with another
 * one it begins anew, since a cursor holds only where it was given. `left` ends it: somebody else is
 * walked in its place.
 */
export function createWalkTarget(
  options: WalkTargetOptions,
  hooks: WalkHooks,
): (left?: AbortSignal) => Promise<WalkResult> {
  const { connection, collectors, settings, clock } = options
  const { timeoutMilliseconds, retryMilliseconds, signal, turn } = options
  const selected = createSelectedDatabase((...asked) => connection.exchange(...asked))
  const retries = createRefusalRetries(retryMilliseconds, clock)
  let refusals = createWalkRefusals(retryMilliseconds, clock)
  let knowledge: Knowledge | undefined
  let run: ServerRun | undefined

  async function openInFirstDatabase(): Promise<void> {
    if ((await connection.open()) === 'kept') {
      if (await selected.goBack(refusals)) return
      connection.drop(redisError('other', 'the user may not leave the database of the last walk'))
      await connection.open()
    }
    selected.opened()
  }

  async function arrive(): Promise<Arrival> {
    await openInFirstDatabase()
    if (knowledge) retries.retryOne(knowledge.refusals, false)
    const met = await meet(createRoundTrips(connection), knowledge, options.greeting)
    knowledge = met.knowledge
    const now = serverRun(met.info, clock.monotonic())
    if (run && !isSameRun(run, now)) refusals = createWalkRefusals(retryMilliseconds, clock)
    run = now
    // It answers INFO already, and nothing about its keys.
    if (knowledge.server.loading) throw fromErrorReply('LOADING')
    await prepareForWalk(connection, met.knowledge)
    return { ...met, run }
  }

  return async (left) => {
    const startedAt = clock.monotonic()
    const unixSeconds = clock.wall() / 1e3
    const ended = new AbortController()
    const end = () => ended.abort()
    const leave = () => {
      end()
      connection.drop(redisError('other', 'another target is walked in its place'))
    }
    signal?.addEventListener('abort', end)
    left?.addEventListener('abort', leave)
    const secondsSoFar = () => secondsSince(startedAt, clock)
    let current: ServerWalk | undefined
    let losses = 0
    let keysAtLoss = 0
    let wasLost = false
    const tooLarge = createTooLargeReplies(selected.current)

    function noteProgress(keys = current?.keys() ?? 0): void {
      if (keys > keysAtLoss) losses = 0
      keysAtLoss = Math.max(keys, keysAtLoss)
    }

    async function comeBack(cause: unknown): Promise<Arrival> {
      noteProgress()
      let last = cause
      while (isPassing(last)) {
        if (losses > 0) hooks.onWaiting(last)
        await sleep(retryDelays[losses] ?? retryDelays.at(-1), undefined, { signal: ended.signal })
        losses += 1
        try {
          return await arrive()
        } catch (failure) {
          last = failure
        }
      }
      throw last
    }

    async function startOrGoOn(arrival: Arrival): Promise<ServerWalk> {
      if (current && isSameRun(current.run, arrival.run)) {
        if (wasLost) hooks.onResumed()
        return current
      }
      const send = tooLarge.heeding(selected.heeding(refusals))
      return startServerWalk(
        { connection, send, refusals, collectors, settings, clock, hooks },
        arrival,
        ended.signal,
      )
    }

    /** Why there is something to come back from, once it is known what to leave out. */
    function lostBy(failure: unknown): unknown {
      wasLost = isRedisError(failure) && !overConnection.has(failure.reason)
      if (!isRedisError(failure) || !tooLarge.learn(failure)) return failure
      // We ended it ourselves: the next of a hundred such keys need not wait for longer, and what
      // failed is told with the results, not with each walk.
      wasLost = false
      losses = 0
      return endedBy(failure)
    }

    async function walk(): Promise<void> {
      let arrival = await arrive()
      for (;;) {
        try {
          // The connection may be that of the next walk by now.
          ended.signal.throwIfAborted()
          current = await startOrGoOn(arrival)
          await current.walk(secondsSoFar)
          return
        } catch (failure) {
          turn?.give()
          arrival = await comeBack(lostBy(failure))
          await turn?.take()
        }
      }
    }

    const failure = await withDeadline(connection, timeoutMilliseconds, walk).then(
      () => undefined,
      (cause) => {
        const error = isRedisError(cause)
          ? cause
          : redisError('other', 'the walk failed', '', cause)
        connection.drop(error)
        return error
      },
    )
    signal?.removeEventListener('abort', end)
    left?.removeEventListener('abort', leave)
    end()
    const seconds = secondsSoFar()
    return {
      error: failure,
      collectors: current?.results() ?? [],
      role: knowledge?.server.role ?? '',
      keys: current?.keys() ?? 0,
      load: current?.load() ?? 0,
      seconds,
      startedAt,
      unixSeconds,
    }
  }
}

// What may be over in a while: a connection that was lost, and what a server answers for now.
const passing: ReadonlySet<Reason> = new Set([
  ...(['connection', 'tls', 'loading', 'masterdown', 'clusterdown', 'busy', 'tryagain'] as const),
])

// Answered while the connection stays; whether it is over is known only when keys are read again.
const overConnection: ReadonlySet<Reason> = new Set([
  ...(['masterdown', 'clusterdown', 'busy', 'tryagain'] as const),
])

function isPassing(failure: unknown): failure is RedisError {
  return isRedisError(failure) && passing.has(failure.reason)
}
