import { createServer, type Socket } from 'node:net'
import { trackSockets } from './listening-sockets.ts'

/** What a peer does with a connection; the number counts the connections from 1. */
export type Behaviour = (socket: Socket, connection: number) => void

export interface ScriptedPeer extends AsyncDisposable {
  readonly port: number
  readonly url: string
  /** How many connections came so far. */
  connections(): number
  /** How many of them are open still: a test that ends with none has leaked none. */
  openConnections(): number
  /** What new connections meet from now on. */
  behave(behaviour: Behaviour): void
}

/** Starts a TCP server on a free port of loopback that treats each connection as told. */
export async function startPeer(behaviour: Behaviour, port = 0): Promise<ScriptedPeer> {
  let current = behaviour
  let connections = 0
  const server = createServer({ noDelay: true }, (socket) => {
    connections += 1
    current(socket, connections)
    // A socket that nobody reads never notices that the other side has closed it.
    socket.resume()
  })
  const sockets = await trackSockets(server, port)
  return {
    port: sockets.port,
    url: `redis://127.0.0.1:${sockets.port}`,
    connections: () => connections,
    openConnections: () => sockets.open.size,
    behave: (next) => {
      current = next
    },
    [Symbol.asyncDispose]: sockets.close,
  }
}
