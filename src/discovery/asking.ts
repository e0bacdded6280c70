import type { Command } from '../redis/command.ts'
import type { Connection } from '../redis/connection.ts'
import { withDeadline } from '../redis/deadline.ts'
import { isRedisError, type RedisError, redisError, toRedisError } from '../redis/redis-error.ts'

/** What a server answered, or why it did not. */
export type Answer<V> = { readonly view: V } | { readonly error: RedisError }

/** A server that is asked again and again over a connection of its own. */
export interface AskedServer<V> {
  /** Never rejects; whoever asks while it is being asked gets the same answer. */
  ask(): Promise<Answer<V>>
  /** Whether it still owes an answer. */
  isBusy(): boolean
  close(): void
}

export interface AskedServerOptions<V> {
  /** What is sent over each new connection first, and may fail. */
  readonly greeting: Command | undefined
  readonly connection: Connection
  readonly timeoutMilliseconds: number
  /** Reads over a connection that is open; `isNew` tells that nothing was read over it yet. */
  readonly read: (connection: Connection, isNew: boolean) => Promise<V>
}

/** Makes what asks one server, under one deadline for connecting, logging in and all replies. */
export function createAskedServer<V>(options: AskedServerOptions<V>): AskedServer<V> {
  const { connection, greeting, timeoutMilliseconds, read } = options
  let asking: Promise<Answer<V>> | undefined
  let isClosed = false

  function greet(): void {
    const replies = greeting ? connection.send([greeting]) : []
    for (const reply of replies) reply.catch(() => undefined)
  }

  // Who is closed while it is read from would look lost, and be logged in to again.
  async function open(): Promise<'opened' | 'kept'> {
    if (isClosed) throw nobodyAsks()
    return await connection.open()
  }

  async function openAndRead(): Promise<V> {
    const state = await open()
    if (state === 'opened') greet()
    try {
      return await read(connection, state === 'opened')
    } catch (failure) {
      // It may have died since it was used last.
      if (state === 'opened' || !isLoss(failure)) throw failure
      connection.drop(failure)
      await open()
      greet()
      return await read(connection, true)
    }
  }

  async function askOnce(): Promise<Answer<V>> {
    try {
      return { view: await withDeadline(connection, timeoutMilliseconds, openAndRead) }
    } catch (failure) {
      const error = toRedisError(failure)
      connection.drop(error)
      return { error }
    } finally {
      asking = undefined
      if (isClosed) drop()
    }
  }

  function drop(): void {
    connection.drop(nobodyAsks())
  }

  return {
    ask() {
      asking ??= askOnce()
      return asking
    },
    isBusy: () => asking !== undefined,
    close() {
      isClosed = true
      drop()
    },
  }
}

function nobodyAsks(): RedisError {
  return redisError('connection', 'nobody asks any more')
}

function isLoss(failure: unknown): failure is RedisError {
  return isRedisError(failure) && failure.reason === 'connection'
}

/**
 * The answers of several servers: of all of them, or of those that came within the patience, where
 * there is any; else it waits for the first. Who owes an answer from before keeps nobody waiting.
 */
export async function answersOf<K, V>(
  asked: ReadonlyMap<K, AskedServer<V>>,
  patienceMilliseconds: number,
): Promise<ReadonlyMap<K, Answer<V>>> {
  const answers = new Map<K, Answer<V>>()
  const all = [...asked].map(([key, server]) => {
    const isLate = server.isBusy()
    const given = server.ask().then((answer) => {
      answers.set(key, answer)
      if ('error' in answer) throw answer.error
    })
    // Who is late is listened to only after the others: it may fail before that.
    given.catch(() => undefined)
    return { isLate, given }
  })
  const inTime = all.filter(({ isLate }) => !isLate).map(({ given }) => given)
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patienceMilliseconds)
  })
  await Promise.race([Promise.allSettled(inTime), patience])
  clearTimeout(timer)
  await Promise.any(all.map(({ given }) => given)).catch(() => undefined)
  return new Map(answers)
}
