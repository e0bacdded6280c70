import type { Command } from '../redis/command.ts'
import type { Connection } from '../redis/connection.ts'
import { withDeadline } from '../redis/deadline.ts'
import { isRedisError, type RedisError, redisError, toRedisError } from '../redis/redis-error.ts'

/** What a server answered, or why it did not. */
export type Answer<V> = { readonly view: V } | { readonly error: RedisError }

/** A server that is asked again and again over a connection of its own. */
export interface AskedServer<V> {
  /**
   * Never rejects. Nothing is answered that was asked for earlier: that may be older than what made
   * somebody ask, so what is under way is waited for, and followed by one more for all who came meanwhile.
   */
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
  let next: Promise<Answer<V>> | undefined
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

  function begin(): Promise<Answer<V>> {
    next = undefined
    asking = askOnce()
    return asking
  }

  function drop(): void {
    connection.drop(nobodyAsks())
  }

  return {
    ask() {
      if (asking) next ??= asking.then(begin)
      return next ?? begin()
    },
    isBusy: () => asking !== undefined || next !== undefined,
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

/** What several servers answered, and what is still to come. */
export interface Answers<V> {
  readonly inTime: ReadonlyMap<AskedServer<V>, Answer<V>>
  readonly late: ReadonlyMap<AskedServer<V>, Promise<Answer<V>>>
}

/**
 * Asks several servers, and waits for all of them, or for those that answer within the patience, where
 * there is any; else for the first. Who owes an answer from before keeps nobody waiting.
 */
export async function answersOf<V>(
  servers: readonly AskedServer<V>[],
  patienceMilliseconds: number,
): Promise<Answers<V>> {
  const inTime = new Map<AskedServer<V>, Answer<V>>()
  const late = new Map<AskedServer<V>, Promise<Answer<V>>>()
  const all = servers.map((server) => {
    const isLate = server.isBusy()
    const coming = server.ask()
    late.set(server, coming)
    const given = coming.then((answer) => {
      late.delete(server)
      inTime.set(server, answer)
      if ('error' in answer) throw answer.error
    })
    // Who is late is listened to only after the others: it may fail before that.
    given.catch(() => undefined)
    return { isLate, given }
  })
  const awaited = all.filter(({ isLate }) => !isLate).map(({ given }) => given)
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patienceMilliseconds)
  })
  await Promise.race([Promise.allSettled(awaited), patience])
  clearTimeout(timer)
  await Promise.any(all.map(({ given }) => given)).catch(() => undefined)
  return { inTime: new Map(inTime), late: new Map(late) }
}
