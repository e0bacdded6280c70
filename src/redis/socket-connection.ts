import { toBinary } from '../keyspace/binary-text.ts'
import type { Endpoint } from '../targets/address.ts'
import type { Login } from '../targets/wanted-target.ts'
import { authenticate } from './authenticate.ts'
import { assertAllowed, type Command, type Reply } from './command.ts'
import type { BulkConnection, BulkReply, ConnectionSettings, OnHead, Words } from './connection.ts'
import { maximumSilence, walkBounds } from './connection-limits.ts'
import { toTextInSlices } from './decode-reply.ts'
import { encodeCommands } from './encode-commands.ts'
import { createGuardedSocket, type GuardedSocket } from './guarded-socket.ts'
import { withLoginHint } from './login-hint.ts'
import { fromFailure, isRedisError, type RedisError, redisError } from './redis-error.ts'
import { renameConfig } from './renamed-command.ts'
import { createReplyReader, notRedis } from './resp.ts'
import { socketOptions } from './socket-options.ts'
import { withTlsHint } from './tls-hint.ts'
import { tooLarge } from './too-large.ts'
import { createUnheardFailure } from './unheard-failure.ts'

const mostAtOnce = 256

interface Exchange {
  readonly commands: readonly Command[]
  readonly replies: BulkReply[]
  readonly onHead: OnHead | undefined
  readonly resolve: (replies: readonly BulkReply[]) => void
  readonly reject: (cause: RedisError) => void
}

interface Link {
  readonly socket: GuardedSocket
  /** Those that are under way, each a round trip; the first one is being answered. */
  readonly exchanges: Exchange[]
}

/**
 * A connection over a socket of our own, for what is read in bulk: ioredis makes objects and a
 * promise for every command, which is five times the work where a walk sends millions of them.
 */
export function createSocketConnection(
  endpoint: Endpoint,
  login: Login,
  settings: ConnectionSettings = {},
  silence = maximumSilence(settings),
): BulkConnection {
  return withLoginHint(login, (heard) => createConnection(endpoint, heard, settings, silence))
}

function createConnection(
  endpoint: Endpoint,
  login: Login,
  settings: ConnectionSettings,
  silence: number,
): BulkConnection {
  let link: Link | undefined
  const unheard = createUnheardFailure()

  function exchange(commands: readonly Command[], onHead?: OnHead): Promise<readonly BulkReply[]> {
    if (!link) return Promise.reject(redisError('connection', 'not connected'))
    return exchangeOver(link, commands, onHead)
  }

  async function ask(command: Command, words: Words): Promise<Reply> {
    const renamed = renameConfig(command, settings.configCommand ?? '')
    const [reply = null] = await exchange([words === 'binary' ? renamed : toBinaryCommand(renamed)])
    if (isRedisError(reply)) throw reply
    return words === 'binary' ? reply : toTextInSlices(reply)
  }

  const connection: BulkConnection = {
    async open() {
      unheard.throwKept()
      if (link && !link.socket.cause()) return 'kept'
      const opened = createLink(endpoint, settings, silence, unheard.keep)
      link = opened
      await opened.socket.connected
      await authenticate(login, {
        ended: opened.socket.ended,
        async send(command) {
          const [reply] = await exchangeOver(opened, [command])
          if (isRedisError(reply)) throw reply
        },
      }).catch((failure) => {
        opened.socket.end(fromFailure(failure))
        throw failure
      })
      return 'opened'
    },
    send(commands, words = 'text') {
      const askAll = () => commands.map((command) => ask(command, words))
      return link ? link.socket.together(askAll) : askAll()
    },
    exchange,
    drop(cause) {
      link?.socket.end(cause)
      // Who ends it knows why.
      unheard.forget()
    },
  }
  const speaksTls = endpoint.kind !== 'unix' && endpoint.tls
  return { ...withTlsHint(connection, speaksTls), exchange }
}

function createLink(
  endpoint: Endpoint,
  settings: ConnectionSettings,
  silence: number,
  onUnheard: (cause: RedisError) => void,
): Link {
  const exchanges: Exchange[] = []
  const socket = createGuardedSocket({
    how: socketOptions(endpoint, settings),
    bounds: walkBounds(settings),
    maximumSilence: silence,
    pieceBytes: 16_384,
    onBytes: createReplyReader(
      (reply) => take(exchanges, reply),
      (head) => tellHead(exchanges, head),
    ),
    tooLarge: (excess) => tooLarge(excess, exchanges[0]?.commands ?? []),
    onEnd(cause) {
      if (exchanges.length === 0 && cause.reason === 'protocol') onUnheard(cause)
      for (const { reject } of exchanges.splice(0)) reject(cause)
    },
  })
  return { socket, exchanges }
}

function exchangeOver(
  link: Link,
  commands: readonly Command[],
  onHead?: OnHead,
): Promise<readonly BulkReply[]> {
  return new Promise((resolve, reject) => {
    for (const command of commands) assertAllowed(command)
    const cause = link.socket.cause()
    if (cause) {
      reject(cause)
      return
    }
    if (commands.length === 0) {
      resolve([])
      return
    }
    link.exchanges.push({ commands, replies: [], onHead, resolve, reject })
    // The server begins with the first ones while the others are written down.
    for (let start = 0; start < commands.length; start += mostAtOnce) {
      const some = commands.slice(start, start + mostAtOnce)
      link.socket.write(encodeCommands(some), some.length, start === 0)
    }
  })
}

function take(exchanges: Exchange[], reply: BulkReply): void {
  const [exchange] = exchanges
  if (!exchange) throw notRedis()
  exchange.replies.push(reply)
  if (exchange.replies.length < exchange.commands.length) return
  exchanges.shift()
  exchange.resolve(exchange.replies)
}

function tellHead([exchange]: readonly Exchange[], head: Reply): void {
  if (exchange?.replies.length === 0) exchange.onHead?.(head)
}

function toBinaryCommand([name, ...rest]: Command): Command {
  return [name, ...rest.map(toBinary)]
}
