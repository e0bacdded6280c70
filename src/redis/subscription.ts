import { fromBinary, toBinary } from '../keyspace/binary-text.ts'
import type { Endpoint } from '../targets/address.ts'
import type { Login } from '../targets/wanted-target.ts'
import { authenticate } from './authenticate.ts'
import { assertAllowed, type Command } from './command.ts'
import type { BulkReply, ConnectionSettings } from './connection.ts'
import { maximumSilence } from './connection-limits.ts'
import { encodeCommands } from './encode-commands.ts'
import { createGuardedSocket, type GuardedSocket } from './guarded-socket.ts'
import { fromFailure, isRedisError, type RedisError, redisError } from './redis-error.ts'
import { createReplyReader, notRedis } from './resp.ts'
import { socketOptions } from './socket-options.ts'

export interface Subscription {
  readonly endpoint: Endpoint
  readonly login: Login
  readonly settings: ConnectionSettings
  readonly channels: readonly string[]
}

/** What whoever listens to a server hears of it. */
export interface Hearing {
  /** Called once messages would arrive. */
  readonly onReady: () => void
  /** Called for each message of one of the channels. */
  readonly onMessage: (channel: string, text: string) => void
  /** Called once when it is over, for whatever reason. */
  readonly onEnd: (cause: RedisError) => void
}

/** What is listened to. */
export interface Listening {
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
export function listenTo(subscription: Subscription, hearing: Hearing): Listening {
  const { endpoint, login, settings, channels } = subscription
  const known = new Set(channels)
  let owed: Owed | undefined

  function take(reply: BulkReply): void {
    if (owed) {
      takeOwed(owed, reply)
      return
    }
    const [kind, channel, text] = Array.isArray(reply) ? reply : []
    const isMessage = kind === 'message' && typeof channel === 'string' && typeof text === 'string'
    if (!isMessage || !known.has(channel)) throw notRedis()
    hearing.onMessage(channel, fromBinary(text))
  }

  function takeOwed(command: Owed, reply: BulkReply): void {
    if (isRedisError(reply)) command.reject(reply)
    else if (command.isMade && !isConfirmation(reply)) throw notRedis()
    command.replies -= 1
    if (command.replies > 0) return
    command.resolve()
    owed = undefined
  }

  function isConfirmation(reply: BulkReply): boolean {
    const [kind, channel] = Array.isArray(reply) ? reply : []
    return kind === 'subscribe' && typeof channel === 'string' && known.has(channel)
  }

  function connect(): GuardedSocket {
    return createGuardedSocket({
      how: socketOptions(endpoint, settings),
      bounds,
      maximumSilence: maximumSilence(settings),
      pieceBytes: 4096,
      onBytes: createReplyReader(take),
      tooLarge: () => redisError('protocol', 'the server sent a message that is too large'),
      onEnd(cause) {
        owed?.reject(cause)
        hearing.onEnd(cause)
      },
    })
  }

  // The server answers for each channel, but an error once.
  function send(socket: GuardedSocket, command: Command, replies: number): Promise<void> {
    assertAllowed(command)
    return new Promise((resolve, reject) => {
      const ended = socket.cause()
      if (ended) {
        reject(ended)
        return
      }
      owed = { replies, isMade: command[0] === 'SUBSCRIBE', resolve, reject }
      socket.write(encodeCommands([command]), replies)
    })
  }

  async function begin(socket: GuardedSocket): Promise<void> {
    await socket.connected
    await authenticate(login, {
      ended: socket.ended,
      send: (command) => send(socket, command, 1),
    })
    socket.subscribe()
    await send(socket, ['SUBSCRIBE', ...channels.map(toBinary)], channels.length)
    hearing.onReady()
  }

  try {
    const socket = connect()
    begin(socket).catch((failure: unknown) => socket.end(fromFailure(failure)))
    return { close: () => socket.end(redisError('connection', 'nobody listens any more')) }
  } catch (failure) {
    // A file of TLS cannot be used.
    hearing.onEnd(fromFailure(failure))
    return { close: () => undefined }
  }
}

interface Owed {
  replies: number
  /** Whether these say that the subscription is made. */
  readonly isMade: boolean
  readonly resolve: () => void
  readonly reject: (cause: RedisError) => void
}
