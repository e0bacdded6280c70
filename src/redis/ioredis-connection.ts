import { type RedisOptions as AllRedisOptions, Redis } from 'ioredis'
import type { Credentials, Endpoint } from '../targets/address.ts'
import { authenticate } from './authenticate.ts'
import { assertAllowed, type Command, type Reply } from './command.ts'
import type { Connect, Connection, ConnectionSettings, Words } from './connection.ts'
import { fromErrorReply, fromFailure, type RedisError, redisError } from './redis-error.ts'
import { renameConfig } from './renamed-command.ts'
import { socketOptions, type TlsSettings } from './socket-options.ts'
import { withTlsHint } from './tls-hint.ts'

// Left out because its declared type clashes with exactOptionalPropertyTypes; RESP2 has no use for it.
type RedisOptions = Omit<AllRedisOptions, 'replyMapping'>

// A whole poll of a large server is about a hundred kilobytes; beyond this something is wrong,
// and the reply must not fill our memory.
const maximumReplyBytes = 64 * 1024 * 1024

// Nothing is sent but what we send: no HELLO, no CLIENT SETINFO, no INFO of a ready check; and
// the library neither waits, retries nor queues by itself.
const silentOptions: RedisOptions = {
  lazyConnect: true,
  protocol: 2,
  enableReadyCheck: false,
  disableClientInfo: true,
  enableOfflineQueue: false,
  retryStrategy: null,
  maxRetriesPerRequest: 0,
  connectTimeout: 0,
}

/** Connections by ioredis. Each attempt takes a new client, so no state of a lost one lingers. */
export function createConnect(
  endpoint: Endpoint,
  credentials: Credentials,
  settings: ConnectionSettings = {},
): Connect {
  const options = () => clientOptions(endpoint, settings)
  const speaksTls = endpoint.kind !== 'unix' && endpoint.tls
  return () =>
    withTlsHint(createConnection(options, credentials, settings.configCommand ?? ''), speaksTls)
}

interface Link {
  readonly client: Redis
  readonly configCommand: string
  /** The first cause of the end of this link: only ioredis' error event and we know it. */
  cause: RedisError | undefined
  /** Bytes received for the commands under way. */
  received: number
}

function createConnection(
  options: () => RedisOptions,
  credentials: Credentials,
  configCommand: string,
): Connection {
  let link: Link | undefined

  return {
    async open() {
      if (link?.client.status === 'ready' && !link.cause) return 'kept'
      const opened = createLink(options(), configCommand)
      link = opened
      await connect(opened)
      await authenticate(credentials, async (command) => {
        await Promise.all(exchange(opened, [command], 'text'))
      })
      return 'opened'
    },
    send(commands, words = 'text') {
      if (link) return exchange(link, commands, words)
      return commands.map(() => Promise.reject(redisError('connection', 'not connected')))
    },
    drop(cause) {
      if (link) end(link, cause)
    },
  }
}

function createLink(options: RedisOptions, configCommand: string): Link {
  const link: Link = { client: new Redis(options), configCommand, cause: undefined, received: 0 }
  link.client.on('error', (error) => end(link, fromFailure(error)))
  return link
}

// Destroying the stream is the one way that settles everything at once; disconnect() would wait
// two seconds for the other side.
function end(link: Link, cause: RedisError): void {
  link.cause ??= cause
  link.client.stream?.destroy()
}

async function connect(link: Link): Promise<void> {
  const connected = link.client.connect()
  // The stream is there only after ioredis' next tick; a link dropped before must still end.
  link.client.once('connect', () => link.cause && end(link, link.cause))
  try {
    await connected
  } catch (failure) {
    throw link.cause ?? fromFailure(failure)
  }
  link.client.stream.on('data', (chunk: Buffer) => {
    link.received += chunk.length
    if (link.received > maximumReplyBytes)
      end(link, redisError('protocol', `the reply is larger than ${maximumReplyBytes} bytes`))
  })
}

function exchange(
  link: Link,
  commands: readonly Command[],
  words: Words,
): readonly Promise<Reply>[] {
  const pipeline = link.client.pipeline()
  link.received = 0
  const replies = commands.map((command) => {
    return new Promise<Reply>((resolve, reject) => {
      assertAllowed(command)
      const settle = (failure: Error | null | undefined, reply: unknown) => {
        // A cause we know says more than the library's word for a closed connection.
        if (failure) reject(link.cause ?? replyError(failure))
        else resolve(words === 'binary' ? fromBytes(reply as Bytes) : (reply as Reply))
      }
      const renamed = renameConfig(command, link.configCommand)
      if (words === 'text') pipeline.call(...renamed, settle)
      else pipeline.callBuffer(...toBytes(renamed), settle)
    })
  })
  // It never rejects: failures come to the callbacks above, one for each command.
  void pipeline.exec()
  return replies
}

type Bytes = Buffer | number | null | readonly Bytes[]

function toBytes([name, ...rest]: Command): [name: string, ...rest: Buffer[]] {
  return [name, ...rest.map((word) => Buffer.from(word, 'latin1'))]
}

function fromBytes(reply: Bytes): Reply {
  if (Buffer.isBuffer(reply)) return reply.toString('latin1')
  return typeof reply === 'object' && reply !== null ? reply.map(fromBytes) : reply
}

// The error of a refused AUTH carries the password in its `command`: only its text is read here.
function replyError(failure: Error): RedisError {
  return failure.name === 'ReplyError' ? fromErrorReply(failure.message) : fromFailure(failure)
}

function clientOptions(endpoint: Endpoint, settings: TlsSettings): RedisOptions {
  const { place, tls } = socketOptions(endpoint, settings)
  return { ...silentOptions, ...place, ...(tls ? { tls } : {}) }
}
