import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from '../redis/command.ts'
import { withDeadline } from '../redis/deadline.ts'
import { type Knowledge, meet } from '../redis/knowledge.ts'
import { fromErrorReply, isRedisError, type RedisError, redisError } from '../redis/redis-error.ts'
import { createRoundTrips } from '../redis/round-trips.ts'
import { prepareForWalk } from './prepare-for-walk.ts'
import {
  type Arrival,
  type ServerWalk,
  type ServerWalkOptions,
  startServerWalk,
  type WalkedCollector,
} from './server-walk.ts'

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

export interface WalkTargetOptions extends ServerWalkOptions {
  /** For the whole walk. */
  readonly timeoutMilliseconds: number
  readonly onResumed: () => void
  /** A command that goes along when a connection is made, and may fail. */
  readonly greeting?: Command | undefined
}

// How long to wait before trying to come back to a server that was lost; from the beginning again
// once the walk has come further.
const retryDelays = [100, 500, 1000, 2000, 5000, 5000, 10_000, 10_000, 10_000, 10_000]

/**
 * Makes the function that walks through the keys of a target once. It never rejects and ends by its
 * deadline. A connection that is lost is opened again, and the walk goes on from its cursor when
 * the server is still the same; with another one it begins anew, since a cursor holds only where it
 * was given.
 */
export function createWalkTarget(options: WalkTargetOptions): () => Promise<WalkResult> {
  const { connection, timeoutMilliseconds, clock } = options
  let knowledge: Knowledge | undefined

  return async () => {
    const startedAt = clock.monotonic()
    const unixSeconds = clock.wall() / 1e3
    const ended = new AbortController()
    const secondsSoFar = () => (clock.monotonic() - startedAt) / 1e3
    let current: ServerWalk | undefined
    let losses = 0
    let keysAtLoss = 0

    async function arrive(): Promise<Arrival> {
      await connection.open()
      const met = await meet(createRoundTrips(connection), knowledge, options.greeting)
      knowledge = met.knowledge
      // It answers INFO already, and nothing about its keys.
      if (knowledge.server.loading) throw fromErrorReply('LOADING')
      await prepareForWalk(connection, met.knowledge)
      return met
    }

    async function comeBack(cause: unknown): Promise<Arrival> {
      const keys = current?.keys() ?? 0
      if (keys > keysAtLoss) losses = 0
      keysAtLoss = Math.max(keys, keysAtLoss)
      let last = cause
      for (const delay of retryDelays.slice(losses)) {
        if (!isLoss(last)) break
        losses += 1
        await sleep(delay, undefined, { signal: ended.signal })
        try {
          return await arrive()
        } catch (failure) {
          last = failure
        }
      }
      throw last
    }

    async function walk(): Promise<void> {
      let arrival = await arrive()
      for (;;) {
        if (current?.runId === arrival.knowledge.server.runId) options.onResumed()
        else current = await startServerWalk(options, arrival, ended.signal)
        try {
          await current.run(secondsSoFar)
          return
        } catch (failure) {
          arrival = await comeBack(failure)
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
    ended.abort()
    const seconds = secondsSoFar()
    return {
      error: failure,
      collectors: current?.results(seconds) ?? [],
      role: knowledge?.server.role ?? '',
      keys: current?.keys() ?? 0,
      load: current?.load() ?? 0,
      seconds,
      startedAt,
      unixSeconds,
    }
  }
}

function isLoss(failure: unknown): boolean {
  return isRedisError(failure) && (failure.reason === 'connection' || failure.reason === 'loading')
}
