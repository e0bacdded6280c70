import { connect, createServer, type Socket } from 'node:net'
import { trackSockets } from './listening-sockets.ts'

export interface MutingProxy extends AsyncDisposable {
  readonly port: number
  readonly url: string
  /** Nothing goes through the connections of now any more, and nobody is told. */
  mute(): void
  /** Those that come from now on are mute as well, or no more. */
  muteNew(isMute: boolean): void
  /** Those that are mute are closed, as when a network is whole again. */
  closeMuted(): void
  /** How many connections came so far. */
  connections(): number
}

export interface MutingProxyOptions {
  /** Where it listens, in place of 127.0.0.1. */
  readonly host?: string
  /** Whose connections go mute, by their address; everybody's unless told. */
  readonly goesMute?: (address: string) => boolean
}

/** Starts a TCP proxy on loopback to a port of 127.0.0.1 whose connections can go mute. */
export async function startMutingProxy(
  port: number,
  { host, goesMute = () => true }: MutingProxyOptions = {},
): Promise<MutingProxy> {
  const open = new Set<() => void>()
  const muted = new Set<Socket>()
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
    if (!goesMute(client.remoteAddress ?? '')) return
    const mute = () => {
      for (const socket of [client, upstream]) goMute(socket)
      muted.add(client)
    }
    if (newAreMute) mute()
    open.add(mute)
    client.on('close', () => {
      open.delete(mute)
      muted.delete(client)
    })
  })
  const { port: own, close } = await trackSockets(server, 0, host)
  return {
    port: own,
    url: `redis://${host ?? '127.0.0.1'}:${own}`,
    mute: () => {
      for (const mute of open) mute()
    },
    muteNew: (isMute) => {
      newAreMute = isMute
    },
    closeMuted: () => {
      for (const client of muted) client.destroy()
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
