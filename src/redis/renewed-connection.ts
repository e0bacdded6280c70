import type { Clock } from '../clock.ts'
import type { Command } from './command.ts'
import type { BulkConnection, Connection } from './connection.ts'
import { type RedisError, redisError, toRedisError } from './redis-error.ts'

export interface RenewedConnectionOptions<C extends Connection = Connection> {
  readonly connect: () => C
  readonly maximumAgeMilliseconds: number
  /** How long a new connection may take to open before the old one goes on. */
  readonly patienceMilliseconds: number
  /** Told why no new one could take the place of the old one, and undefined of each new one. */
  readonly onRenewal: (failure: RedisError | undefined) => void
  readonly clock: Clock
}

export interface RenewedConnection<C extends Connection = Connection> extends Connection {
  /** The one that is in use. */
  current(): C
  /** Lets the next `open()` make a new connection; true always. */
  renew(): boolean
  /** Ends it for good: whoever opens it hears of the cause. */
  close(cause: RedisError): void
}

// That we are let in says nothing yet: who asks for a password tells only now.
const proof: readonly Command[] = [['INFO', 'server']]

/**
 * A connection that does not grow old: `open()` puts a new one in its place when it is of age, so
 * that it follows the name that it was made from. The old one is closed when the new one answers,
 * and goes on where none does, which is told.
 */
export function createRenewedConnection<C extends Connection>(
  options: RenewedConnectionOptions<C>,
): RenewedConnection<C> {
  const { connect, maximumAgeMilliseconds, patienceMilliseconds, onRenewal, clock } = options
  let current = connect()
  let opening: C | undefined
  let renewAt = Infinity
  let closed: RedisError | undefined

  function grown(share = 1): void {
    renewAt = clock.monotonic() + maximumAgeMilliseconds * share
  }

  async function open(): Promise<'opened' | 'kept'> {
    const state = await current.open()
    if (closed) {
      current.drop(closed)
      throw closed
    }
    if (state === 'opened') noteNew()
    return state
  }

  function noteNew(): void {
    grown()
    if (!closed) onRenewal(undefined)
  }

  async function replace(old: C): Promise<boolean> {
    const next = connect()
    const late = redisError('timeout', `no connection within ${patienceMilliseconds / 1e3} s`)
    const timer = setTimeout(() => next.drop(late), patienceMilliseconds)
    opening = next
    try {
      await next.open()
      await Promise.all(next.send(proof))
    } catch (failure) {
      next.drop(late)
      // It is tried again soon, and not with every poll.
      grown(0.1)
      // Whoever dropped it knows why.
      if (opening !== next) throw failure
      onRenewal(toRedisError(failure))
      return false
    } finally {
      clearTimeout(timer)
      if (opening === next) opening = undefined
    }
    current = next
    old.drop(redisError('connection', 'a newer connection took its place'))
    noteNew()
    return true
  }

  function drop(cause: RedisError): void {
    opening?.drop(cause)
    opening = undefined
    current.drop(cause)
  }

  return {
    async open() {
      if (closed) throw closed
      if (clock.monotonic() >= renewAt && (await replace(current))) return 'opened'
      return open()
    },
    send(commands, words) {
      return current.send(commands, words)
    },
    certificates: () => current.certificates?.() ?? [],
    remoteAddress: () => current.remoteAddress?.(),
    drop,
    current: () => current,
    renew() {
      renewAt = -Infinity
      return true
    },
    close(cause) {
      closed = cause
      drop(cause)
    },
  }
}

/** The same for a connection by which much is read. */
export function createRenewedBulkConnection(
  options: RenewedConnectionOptions<BulkConnection>,
): BulkConnection & RenewedConnection<BulkConnection> {
  const renewed = createRenewedConnection(options)
  return { ...renewed, exchange: (...asked) => renewed.current().exchange(...asked) }
}
