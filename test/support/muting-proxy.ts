import { connect, createServer, type Socket } from 'node:net'
import { trackSockets } from './listening-sockets.ts'

export interface MutingProxy extends AsyncDisposable {
  readonly port: number
  readonly url: string
  /** Nothing goes through the connections of now any more, and nobody is told. */
  mute(): void
  /** Those that come from now on are mute as well, or no more. */
  muteNew(isMute: boolean): void
  /** How many connections came so far. */
  connections(): number
}

/** Starts a TCP proxy on loopback to a port of 127.0.0.1 whose connections can go mute. */
export async function startMutingProxy(port: number): Promise<MutingProxy> {
  const open = new Set<() => void>()
  let newAreMute = false
  let connections = 0
  const server = createServer({ noDelay: true }, (client) => {
    connections += 1
    const upstream = connect({ port, host: '127.0.0.1', noDelay: true })
    const pairs = [
      [client, upstream],
      [upstream, client],
    ] as const
    for (const [from, to] of pairs) {
      from.on('data', (chunk) => void to.write(chunk))
      from.on('error', () => to.destroy())
      from.on('close', () => to.destroy())
    }
    const mute = () => {
      for (const socket of [client, upstream]) goMute(socket)
    }
    if (newAreMute) mute()
    open.add(mute)
    client.on('close', () => open.delete(mute))
  })
  const { port: own, close } = await trackSockets(server)
  return {
    port: own,
    url: `redis://127.0.0.1:${own}`,
    mute: () => {
      for (const mute of open) mute()
    },
    muteNew: (isMute) => {
      newAreMute = isMute
    },
    connections: () => connections,
    [Symbol.asyncDispose]: close,
  }
}

// It still takes in what comes, as a kernel does, so that the sender sees nothing amiss.
function goMute(socket: Socket): void {
  socket.removeAllListeners('data')
  socket.resume()
}
