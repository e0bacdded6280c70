import { connect } from 'node:net'
import { type Behaviour, type ScriptedPeer, startPeer } from './scripted-peer.ts'

export interface Forwarder extends AsyncDisposable {
  readonly port: number
  readonly url: string
  /** How many connections came so far. */
  connections(): number
  /** How many of them are open still. */
  openConnections(): number
  /** Where new connections lead from now on; those that are open stay where they are. */
  leadTo(port: number): void
}

/** A place that leads to a server, as a name in DNS or a Service does. */
export async function startForwarder(port: number): Promise<Forwarder> {
  let current = port
  const peer: ScriptedPeer = await startPeer((...connection) => forwardsTo(current)(...connection))
  return {
    port: peer.port,
    url: peer.url,
    connections: peer.connections,
    openConnections: peer.openConnections,
    leadTo: (next) => {
      current = next
    },
    [Symbol.asyncDispose]: peer[Symbol.asyncDispose],
  }
}

/** Joins a connection to a port of loopback. */
export function forwardsTo(port: number): Behaviour {
  return (socket) => {
    const other = connect(port, '127.0.0.1')
    socket.pipe(other).pipe(socket)
    for (const [one, end] of [
      [socket, other],
      [other, socket],
    ] as const) {
      one.on('error', () => end.destroy())
      one.on('close', () => end.destroy())
    }
  }
}
