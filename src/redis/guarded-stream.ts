import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { AbstractConnector } from 'ioredis'
import { createFraming } from './framing.ts'
import {
  createGuardedSocket,
  type GuardedSocket,
  type GuardedSocketOptions,
} from './guarded-socket.ts'
import { redisError } from './redis-error.ts'

/** A guarded socket in the shape that a client library takes for its own. */
export interface GuardedStream {
  readonly socket: GuardedSocket
  readonly stream: Duplex
}

/** Connects; the stream gives out what was checked, and ends with the socket. */
export function createGuardedStream(options: Omit<GuardedSocketOptions, 'onBytes'>): GuardedStream {
  const repliesTo = createCommandCounter()
  const stream = new Duplex({
    read: () => undefined,
    write(chunk: Buffer, _encoding, done) {
      socket.write(chunk, repliesTo(chunk))
      done()
    },
  })
  const socket = createGuardedSocket({
    ...options,
    // Told at once, within the slice of whoever checked it. The library has a way to listen for which
    // Node.js keeps what is pushed, and hands all of it over later in the turn, however long that takes.
    onBytes: (chunk) => void stream.emit('data', chunk),
    onEnd(cause) {
      stream.destroy()
      options.onEnd(cause)
    },
  })
  return { socket, stream: withSocketMethods(stream) }
}

// Counted in what is written, it is exact whatever the library sends by itself: a command is a list.
function createCommandCounter(): (chunk: Buffer) => number {
  const framing = createFraming({ bytes: Infinity, elements: 1e9, bytesTogether: Infinity })
  const most = 1e9
  framing.owe(most)
  return (chunk) => {
    if (framing.check(chunk)) throw new Error('what the client library writes is no command')
    const commands = most - framing.owed()
    framing.owe(commands)
    return commands
  }
}

/** What makes ioredis use a connection that is there already in the place of one that it makes. */
export function useConnection(guarded: GuardedStream) {
  // ioredis hands all of its options on to what it makes of the class.
  return { Connector: GivenConnector, guarded }
}

class GivenConnector extends AbstractConnector {
  private readonly guarded: GuardedStream

  constructor(options: unknown) {
    super(0)
    this.guarded = (options as { readonly guarded: GuardedStream }).guarded
  }

  async connect(): Promise<Socket> {
    await this.guarded.socket.connected
    return this.guarded.stream as unknown as Socket
  }

  override disconnect(): void {
    this.guarded.socket.end(redisError('connection', 'the connection was closed'))
  }
}

// The socket behind it has these set already.
function withSocketMethods(stream: Duplex): Duplex {
  return Object.assign(stream, { setNoDelay: returnsNothing, setKeepAlive: returnsNothing })
}

function returnsNothing(): void {}
