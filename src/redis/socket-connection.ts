import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { fromBinary, toBinary } from '../keyspace/binary-text.ts'
import type { Credentials, Endpoint } from '../targets/address.ts'
import { authenticate } from './authenticate.ts'
import type { BulkConnection, BulkReply } from './bulk-connection.ts'
import { assertAllowed, type Command, type Reply } from './command.ts'
import type { ConnectionSettings, Words } from './connection.ts'
import { fromFailure, isRedisError, type RedisError, redisError } from './redis-error.ts'
import { renameConfig } from './renamed-command.ts'
import { createReplyReader, encodeCommands, notRedis } from './resp.ts'
import { type SocketOptions, socketOptions } from './socket-options.ts'

// Beyond this something is wrong, and the replies must not fill our memory.
const maximumReplyBytes = 64 * 1024 * 1024

// A server that is asked and says nothing for so long is gone without a word, as a machine is that
// lost its power; nothing that a walk asks takes a hundredth of it.
const maximumSilenceMilliseconds = 30_000

interface Exchange {
  readonly replies: BulkReply[]
  readonly count: number
  readonly resolve: (replies: readonly BulkReply[]) => void
  readonly reject: (cause: RedisError) => void
}

interface Link {
  readonly socket: Socket
  readonly exchanges: Exchange[]
  /** The first cause of the end of this link. */
  cause: RedisError | undefined
  /** Bytes received for the exchanges under way. */
  received: number
  /** Called with the cause when the link ends. */
  readonly onEnd: Set<(cause: RedisError) => void>
}

/**
 * A connection over a socket of our own, for what is read in bulk: ioredis makes objects and a
 * promise for every command, which is five times the work where a walk sends millions of them.
 */
export function createSocketConnection(
  endpoint: Endpoint,
  credentials: Credentials,
  settings: ConnectionSettings = {},
  maximumSilence = maximumSilenceMilliseconds,
): BulkConnection {
  let link: Link | undefined

  function exchange(commands: readonly Command[]): Promise<readonly BulkReply[]> {
    if (!link) return Promise.reject(redisError('connection', 'not connected'))
    return exchangeOver(link, commands)
  }

  async function ask(command: Command, words: Words): Promise<Reply> {
    const renamed = renameConfig(command, settings.configCommand ?? '')
    const [reply = null] = await exchange([words === 'binary' ? renamed : toBinaryCommand(renamed)])
    if (isRedisError(reply)) throw reply
    return words === 'binary' ? withoutErrors(reply) : toText(reply)
  }

  return {
    async open() {
      if (link && !link.cause) return 'kept'
      const options = socketOptions(endpoint, settings)
      const opened = createLink(options, maximumSilence)
      link = opened
      await connected(opened, options)
      await authenticate(credentials, async (command) => {
        const [reply] = await exchangeOver(opened, [toBinaryCommand(command)])
        if (isRedisError(reply)) throw reply
      }).catch((failure) => {
        end(opened, fromFailure(failure))
        throw failure
      })
      return 'opened'
    },
    send(commands, words = 'text') {
      const socket = link?.socket
      socket?.cork()
      const replies = commands.map((command) => ask(command, words))
      socket?.uncork()
      return replies
    },
    exchange,
    drop(cause) {
      if (link) end(link, cause)
    },
  }
}

function createLink(options: SocketOptions, maximumSilence: number): Link {
  const socket = createSocket(options)
  const onEnd = new Set<(cause: RedisError) => void>()
  const link: Link = { socket, exchanges: [], cause: undefined, received: 0, onEnd }
  const readReplies = createReplyReader((reply) => take(link, reply))
  socket.on('error', (error) => end(link, fromFailure(error)))
  socket.on('close', () => end(link, redisError('connection', 'the connection was closed')))
  socket.setTimeout(maximumSilence, () => {
    if (link.exchanges.length > 0 || onEnd.size > 0) end(link, fellSilent(maximumSilence))
  })
  socket.on('data', (chunk) => {
    try {
      link.received += chunk.length
      if (link.received > maximumReplyBytes)
        throw redisError('protocol', `the reply is larger than ${maximumReplyBytes} bytes`)
      readReplies(chunk)
    } catch (failure) {
      end(link, fromFailure(failure))
    }
  })
  return link
}

function fellSilent(milliseconds: number): RedisError {
  return redisError('connection', `the server fell silent for ${milliseconds / 1e3} s`)
}

function connected({ socket, onEnd }: Link, { tls }: SocketOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    onEnd.add(reject)
    socket.once(tls ? 'secureConnect' : 'connect', () => {
      onEnd.delete(reject)
      resolve()
    })
  })
}

function createSocket({ place, tls }: SocketOptions): Socket {
  return tls ? connectTls({ ...place, ...tls }) : connectTcp({ ...place, noDelay: true })
}

function exchangeOver(link: Link, commands: readonly Command[]): Promise<readonly BulkReply[]> {
  return new Promise((resolve, reject) => {
    for (const command of commands) assertAllowed(command)
    if (link.cause) {
      reject(link.cause)
      return
    }
    if (commands.length === 0) {
      resolve([])
      return
    }
    if (link.exchanges.length === 0) link.received = 0
    link.exchanges.push({ replies: [], count: commands.length, resolve, reject })
    link.socket.write(encodeCommands(commands), 'latin1')
  })
}

function take(link: Link, reply: BulkReply): void {
  const [exchange] = link.exchanges
  if (!exchange) throw notRedis()
  exchange.replies.push(reply)
  if (exchange.replies.length < exchange.count) return
  link.exchanges.shift()
  exchange.resolve(exchange.replies)
}

function end(link: Link, cause: RedisError): void {
  link.cause ??= cause
  link.socket.destroy()
  for (const { reject } of link.exchanges.splice(0)) reject(link.cause)
  for (const tell of link.onEnd) tell(link.cause)
  link.onEnd.clear()
}

function toBinaryCommand([name, ...rest]: Command): Command {
  return [name, ...rest.map(toBinary)]
}

function toText(reply: BulkReply): Reply {
  return withoutErrors(reply, fromBinary)
}

// An error within a list is no reply that anything of ours reads.
function withoutErrors(reply: BulkReply, read = (text: string) => text): Reply {
  if (typeof reply === 'string') return read(reply)
  if (Array.isArray(reply)) return reply.map((one) => withoutErrors(one, read))
  return typeof reply === 'number' ? reply : null
}
