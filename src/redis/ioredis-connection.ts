import { type RedisOptions as AllRedisOptions, Redis } from 'ioredis'
import type { Endpoint } from '../targets/address.ts'
import type { Login } from '../targets/wanted-target.ts'
import { authenticate } from './authenticate.ts'
import { assertAllowed, type Command, type Reply } from './command.ts'
import type { Admit, Connect, Connection, ConnectionSettings, Words } from './connection.ts'
import { maximumSilence, pollBounds } from './connection-limits.ts'
import { clientFailure, withinConnection } from './connection-scope.ts'
import { type Bytes, decodeReply } from './decode-reply.ts'
import { createGuardedStream, type GuardedStream, useConnection } from './guarded-stream.ts'
import { withLoginHint } from './login-hint.ts'
import { fromErrorReply, isRedisError, type RedisError, redisError } from './redis-error.ts'
import { renameConfig } from './renamed-command.ts'
import { socketOptions } from './socket-options.ts'
import { withTlsHint } from './tls-hint.ts'
import { endedBy, tooLarge } from './too-large.ts'
import { createUnheardFailure } from './unheard-failure.ts'

// Left out because its declared type clashes with exactOptionalPropertyTypes; RESP2 has no use for it.
type RedisOptions = Omit<AllRedisOptions, 'replyMapping'>

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

/**
 * Connections by ioredis, over sockets of our own that let through only what was checked. Each
 * attempt takes a new client, so no state of a lost one lingers.
 */
export function createConnect(
  endpoint: Endpoint,
  login: Login,
  settings: ConnectionSettings = {},
  silence = maximumSilence(settings),
  admit?: Admit,
): Connect {
  const speaksTls = endpoint.kind !== 'unix' && endpoint.tls
  return () =>
    withLoginHint(login, (heard) =>
      withTlsHint(createConnection(endpoint, heard, settings, silence, admit), speaksTls),
    )
}

type Tell = (cause: RedisError) => void

/**
 * What waits for replies; told the cause when the link ends. The list is replaced as a whole: what a set of
 * V8's old generation grows out of would keep a poll until that is collected.
 */
interface Pending {
  all: readonly Tell[]
}

interface Link extends GuardedStream {
  readonly client: Redis
  readonly configCommand: string
  readonly pending: Pending
  /** The commands of the round trip that is under way. */
  readonly asked: Command[]
}

function createConnection(
  endpoint: Endpoint,
  login: Login,
  settings: ConnectionSettings,
  silence: number,
  admit: Admit | undefined,
): Connection {
  let link: Link | undefined
  const unheard = createUnheardFailure()

  return {
    async open() {
      unheard.throwKept()
      if (link?.client.status === 'ready' && !link.socket.cause()) return 'kept'
      const opened = createLink(endpoint, settings, silence, admit, unheard.keep)
      link = opened
      await connect(opened)
      await authenticate(login, {
        ended: opened.socket.ended,
        async send(command) {
          await Promise.all(exchange(opened, [command], 'binary'))
        },
      })
      return 'opened'
    },
    send(commands, words = 'text') {
      if (link) return exchange(link, commands, words)
      return commands.map(() => Promise.reject(redisError('connection', 'not connected')))
    },
    certificates: () => link?.socket.certificates() ?? [],
    remoteAddress: () => link?.socket.remoteAddress(),
    drop(cause) {
      link?.socket.end(cause)
      // Who ends it knows why.
      unheard.forget()
    },
  }
}

function createLink(
  endpoint: Endpoint,
  settings: ConnectionSettings,
  silence: number,
  admit: Admit | undefined,
  onUnheard: (cause: RedisError) => void,
): Link {
  const pending: Pending = { all: [] }
  const asked: Command[] = []
  const guarded = createGuardedStream({
    how: socketOptions(endpoint, settings),
    bounds: pollBounds(settings),
    maximumSilence: silence,
    admit,
    // The library takes up to a microsecond for each byte of lists that hold nothing, or errors.
    pieceBytes: 2048,
    tooLarge: (excess) => tooLarge(excess, asked),
    onEnd(cause) {
      const { all } = pending
      pending.all = []
      if (all.length === 0 && cause.reason === 'protocol') onUnheard(cause)
      for (const tell of all) tell(cause)
    },
  })
  const { socket } = guarded
  const client = withinConnection(
    socket.end,
    () => new Redis({ ...silentOptions, ...useConnection(guarded) }),
  )
  // What befalls the connection ends the socket first; whatever else is the library's own failure.
  client.on('error', () => socket.end(clientFailure()))
  return { ...guarded, client, configCommand: settings.configCommand ?? '', pending, asked }
}

async function connect({ client, socket, pending }: Link): Promise<void> {
  const failed = new Promise<never>((_, reject) => {
    pending.all = [reject]
  })
  try {
    await Promise.race([failed, withinConnection(socket.end, () => client.connect())])
    pending.all = []
  } catch {
    socket.end(clientFailure())
    throw socket.cause()
  }
}

function exchange(
  link: Link,
  commands: readonly Command[],
  words: Words,
): readonly Promise<Reply>[] {
  const { client, socket, pending, asked } = link
  if (socket.owed() === 0) asked.length = 0
  const waiting = new Set<Tell>()

  function tellAll(cause: RedisError): void {
    for (const tell of waiting) tell(cause)
  }

  function wait(tell: Tell): void {
    if (waiting.size === 0) pending.all = [...pending.all, tellAll]
    waiting.add(tell)
  }

  function waitNoLonger(tell: Tell): void {
    waiting.delete(tell)
    if (waiting.size === 0) pending.all = pending.all.filter((one) => one !== tellAll)
  }

  function ask(command: Command): Promise<Reply> {
    return new Promise((resolve, reject) => {
      assertAllowed(command)
      // That of another command is none of this one.
      const fail = (cause: RedisError) =>
        reject(cause.command && cause.command !== command ? endedBy(cause) : cause)
      const cause = socket.cause()
      if (cause) return fail(cause)
      wait(fail)
      asked.push(command)
      const renamed = renameConfig(command, link.configCommand)
      const sent = words === 'text' ? renamed : toBytes(renamed)
      const heard = (failure: unknown, reply: unknown) => {
        waitNoLonger(fail)
        // A cause we know says more than the library's word for a closed connection.
        const failed = (error: unknown) => fail(socket.cause() ?? replyError(error))
        if (failure) failed(failure)
        else decodeReply(reply as Bytes, words === 'text' ? 'utf8' : 'latin1').then(resolve, failed)
      }
      try {
        // What it gives back never matters: failures come to the callback.
        void client.callBuffer(sent[0], ...sent.slice(1), heard)
      } catch {
        socket.end(clientFailure())
      }
    })
  }

  return withinConnection(socket.end, () => socket.together(() => commands.map(ask)))
}

function toBytes([name, ...rest]: Command): [name: string, ...rest: Buffer[]] {
  return [name, ...rest.map((word) => Buffer.from(word, 'latin1'))]
}

// The error of a refused AUTH carries the password in its `command`: only its text is read here.
function replyError(failure: unknown): RedisError {
  if (isRedisError(failure)) return failure
  const isReply = failure instanceof Error && failure.name === 'ReplyError'
  return isReply ? fromErrorReply(failure.message) : clientFailure()
}
