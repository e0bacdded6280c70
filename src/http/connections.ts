import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Closing } from '../metrics/own-metrics.ts'
import { type ConnectionState, firstToGo } from './first-to-go.ts'

export interface ConnectionLimits {
  readonly connections: number
  /** Requests of all connections that were sent before the one before them was answered. */
  readonly waiting: number
  /** How many there may be where descriptors run short, given that of the newest and their number. */
  readonly descriptors: (newest: number, connections: number) => number
  /** How many milliseconds a client may take for its first request where others want its place. */
  readonly silence: number
  /** How many milliseconds a client may take nothing of what there is of its response. */
  readonly stall: number
}

export interface Connections {
  /** A request has come. */
  begin(socket: Socket): void
  /**
   * Settles when it is to be answered, if that is not at once: when the one before it is. Its
   * answer would have to be kept until then; and never when its connection is closed.
   */
  turn(socket: Socket): Promise<void> | undefined
  /** A response is over. */
  end(socket: Socket): void
  /** Ends those without a response under way. */
  endIdle(): void
}

interface Connection extends ConnectionState {
  readonly socket: Socket
  idleSince: number
  hasAsked: boolean
  underWay: number
  tookAt: number
  /** How many bytes the system had taken by then. */
  taken: number
  /** Whether there was time to read what the client may have sent at once. */
  isHeard: boolean
  /** What lets the requests go on that wait for their turn. */
  readonly waiting: (() => void)[]
}

/**
 * Keeps count of the responses under way on each connection, until the last byte is handed to the
 * system: Node counts them as over before that, and would cut off a client that reads slowly.
 * Bounds the connections: Node's own bound refuses the newest, whoever holds the others.
 */
export function followConnections(
  server: Server,
  limits: ConnectionLimits,
  onClosed: (closing: Closing) => void,
): Connections {
  const all = new Map<Socket, Connection>()
  let watch: NodeJS.Timeout | undefined
  let waiting = 0
  const of = (socket: Socket) => all.get(underneath(socket))

  function forget(connection: Connection): void {
    if (all.delete(connection.socket)) waiting -= connection.waiting.length
  }
  function close(connection: Connection, closing: Closing): void {
    forget(connection)
    connection.socket.destroy()
    onClosed(closing)
  }
  function makeRoom(count: number, isCandidate: (connection: Connection) => boolean): void {
    if (count <= 0) return
    const now = performance.now()
    for (const connection of all.values()) lookAtReader(connection, now)
    for (let left = count; left > 0; left -= 1) {
      const candidates = [...all.values()].filter(isCandidate)
      const first = firstToGo(candidates, now, limits.silence)
      if (first) close(first.connection, first.closing)
    }
  }

  server.on('connection', (socket: Socket) => {
    const now = performance.now()
    const state = { idleSince: now, hasAsked: false, underWay: 0, tookAt: now, taken: 0 }
    const connection: Connection = { socket, ...state, isHeard: false, waiting: [] }
    all.set(socket, connection)
    socket.once('close', () => forget(connection))
    const bound = limits.descriptors(descriptorOf(socket), all.size)
    makeRoom(all.size - bound, (one) => one !== connection)
    // Many may come in one turn of the event loop; only the next turn tells which of them ask.
    setImmediate(() =>
      setImmediate(() => {
        connection.isHeard = true
        makeRoom(all.size - limits.connections, (one) => one.isHeard && one !== connection)
      }),
    )
  })

  function watchReaders(): void {
    const now = performance.now()
    let busy = 0
    for (const connection of all.values()) {
      if (connection.underWay === 0) continue
      busy += 1
      lookAtReader(connection, now)
      if (now - connection.tookAt >= limits.stall) close(connection, 'stalled')
    }
    if (busy > 0) return
    clearInterval(watch)
    watch = undefined
  }

  return {
    begin(socket) {
      const connection = of(socket)
      if (!connection) return
      connection.hasAsked = true
      connection.underWay += 1
      if (connection.underWay > 1) return
      connection.tookAt = performance.now()
      connection.taken = takenBySystem(connection.socket)
      watch ??= setInterval(watchReaders, Math.min(1000, limits.stall / 10)).unref()
    },
    turn(socket) {
      const connection = of(socket)
      if (connection?.underWay === 1) return undefined
      if (connection && waiting === limits.waiting) close(connection, 'pipelining')
      return new Promise((resolve) => {
        if (!connection || !all.has(connection.socket)) return
        connection.waiting.push(resolve)
        waiting += 1
      })
    },
    end(socket) {
      const connection = of(socket)
      if (!connection) return
      connection.underWay -= 1
      connection.idleSince = performance.now()
      const next = connection.waiting.shift()
      if (!next) return
      waiting -= 1
      next()
    },
    endIdle() {
      for (const { socket, underWay } of all.values()) if (underWay === 0) socket.destroy()
    },
  }
}

/** A client is slow while there is something for it that it does not take: else it waits for us. */
function lookAtReader(connection: Connection, now: number): void {
  const taken = takenBySystem(connection.socket)
  if (taken === connection.taken && hasUntaken(connection.socket)) return
  connection.taken = taken
  connection.tookAt = now
}

// Node shows these by an undocumented name only. Its documented counts take a write of a megabyte
// for one step, which a client may read for minutes.
interface Handle {
  readonly fd?: number
  readonly bytesWritten?: number
  readonly writeQueueSize?: number
}

/** The socket that carries one of TLS; Node shows it by an undocumented name only. */
export function underneath(socket: Socket): Socket {
  return (socket as { readonly _parent?: Socket | null })._parent ?? socket
}

function handleOf(socket: Socket): Handle {
  return (socket as unknown as { readonly _handle?: Handle | null })._handle ?? {}
}

function takenBySystem(socket: Socket): number {
  const { bytesWritten, writeQueueSize } = handleOf(socket)
  return bytesWritten === undefined || writeQueueSize === undefined
    ? socket.bytesWritten - socket.writableLength
    : bytesWritten - writeQueueSize
}

function hasUntaken(socket: Socket): boolean {
  return socket.writableLength > 0 || (handleOf(socket).writeQueueSize ?? 0) > 0
}

function descriptorOf(socket: Socket): number {
  return handleOf(socket).fd ?? 0
}
