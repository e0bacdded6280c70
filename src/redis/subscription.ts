import { fromBinary, toBinary } from '../keyspace/binary-text.ts'
import type { Endpoint } from '../targets/address.ts'
import type { Login } from '../targets/wanted-target.ts'
import { authenticate } from './authenticate.ts'
import { assertAllowed, type Command } from './command.ts'
import type { BulkReply, ConnectionSettings } from './connection.ts'
import { maximumSilence } from './connection-limits.ts'
import { createGuardedSocket } from './guarded-socket.ts'
import { fromFailure, isRedisError, type RedisError, redisError } from './redis-error.ts'
import { createReplyReader, encodeCommands, notRedis } from './resp.ts'
import { socketOptions } from './socket-options.ts'

export interface SubscriptionOptions {
  readonly endpoint: Endpoint
  readonly login: Login
  readonly settings: ConnectionSettings
  readonly channels: readonly string[]
  /** Called for each message of one of the channels. */
  readonly onMessage: (channel: string, text: string) => void
  /** Called once when it is over, for whatever reason. */
  readonly onEnd: (cause: RedisError) => void
}

export interface Subscription {
  /** Resolves when messages would arrive; rejects with the cause of its end. */
  readonly ready: Promise<void>
  close(): void
}

// A message of a Sentinel is a line with some names and addresses. What came before it is forgotten,
// so that together they have no bound.
const bounds = { bytes: 64 * 1024, elements: 64, bytesTogether: Infinity }

/**
 * Connects, logs in and subscribes to channels, over a connection of its own: the only one over which
 * a server may say what it was not asked for. A server that falls silent is noticed by the kernel's
 * probes.
 */
export function subscribe(options: SubscriptionOptions): Subscription {
  const { endpoint, login, settings, channels, onMessage, onEnd } = options
  const known = new Set(channels)
  let owed: Owed | undefined

  function take(reply: BulkReply): void {
    if (owed) {
      if (isRedisError(reply)) owed.reject(reply)
      owed.replies -= 1
      if (owed.replies > 0) return
      owed.resolve()
      owed = undefined
      return
    }
    const [kind, channel, text] = Array.isArray(reply) ? reply : []
    const isMessage = kind === 'message' && typeof channel === 'string' && typeof text === 'string'
    if (!isMessage || !known.has(channel)) throw notRedis()
    onMessage(channel, fromBinary(text))
  }

  const socket = createGuardedSocket({
    how: socketOptions(endpoint, settings),
    bounds,
    maximumSilence: maximumSilence(settings),
    pieceBytes: 4096,
    onBytes: createReplyReader(take),
    tooLarge: () => redisError('protocol', 'the server sent a message that is too large'),
    onEnd(cause) {
      owed?.reject(cause)
      onEnd(cause)
    },
  })

  // The server answers for each channel, but an error once.
  function send(command: Command, replies: number): Promise<void> {
    assertAllowed(command)
    return new Promise((resolve, reject) => {
      const ended = socket.cause()
      if (ended) {
        reject(ended)
        return
      }
      owed = { replies, resolve, reject }
      const [name, ...rest] = command
      socket.write(encodeCommands([[name, ...rest.map(toBinary)]]), replies)
    })
  }

  async function begin(): Promise<void> {
    await socket.connected
    await authenticate(login, { ended: socket.ended, send: (command) => send(command, 1) })
    socket.subscribe()
    await send(['SUBSCRIBE', ...channels], channels.length)
  }

  const ready = begin().catch((failure: unknown) => {
    const cause = fromFailure(failure)
    socket.end(cause)
    throw cause
  })
  // Whoever does not wait for it hears of the end.
  ready.catch(() => undefined)
  return { ready, close: () => socket.end(redisError('connection', 'nobody listens any more')) }
}

interface Owed {
  replies: number
  readonly resolve: () => void
  readonly reject: (cause: RedisError) => void
}
