import type { AddressInfo, Server, Socket } from 'node:net'

export interface ListeningSockets {
  readonly port: number
  /** The connections that are open now, as their server sees it. */
  readonly open: ReadonlySet<Socket>
  /** Closes the server and all of its connections. */
  readonly close: () => Promise<void>
}

/** Lets a server listen on a free port of 127.0.0.1, unless told where, and keeps account of its connections. */
export async function trackSockets(
  server: Server,
  port = 0,
  host = '127.0.0.1',
): Promise<ListeningSockets> {
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    // A peer that goes away in the middle is the everyday case of these tests.
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const close = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    for (const socket of open) {
      socket.destroy()
    }
    await closed
  }
  return { port: (server.address() as AddressInfo).port, open, close }
}
