import { once } from 'node:events'
import { lstat, unlink } from 'node:fs/promises'
import { connect, createServer, isIPv6, type Server, type Socket } from 'node:net'

/** A port, of all interfaces where there is no host, or a socket in the file system. */
export type ListenOn =
  | { readonly host: string | undefined; readonly port: number }
  | { readonly path: string }

/**
 * Has a server of HTTP listen on all of these. It can on one alone; the others hand their connections
 * over to it, so that all count as its own. Resolves with whatever listens; rejects with the first
 * failure, whose `place` says where, and then nothing listens.
 */
export async function listenOn(
  server: Server,
  [first, ...others]: readonly ListenOn[],
): Promise<readonly Server[]> {
  const listeners: Server[] = []
  const pass = (socket: Socket) => void server.emit('connection', socket)
  const all = [
    ...(first ? [[server, first] as const] : []),
    ...others.map((one) => [createServer({ noDelay: true }, pass), one] as const),
  ]
  for (const [listener, address] of all) {
    try {
      await listenAt(listener, address)
    } catch (failure) {
      for (const one of listeners) one.close()
      throw Object.assign(failure instanceof Error ? failure : new Error(), {
        place: textOf(address),
      })
    }
    listeners.push(listener)
  }
  return listeners
}

async function listenAt(listener: Server, address: ListenOn): Promise<void> {
  const begin = () => once(listener.listen(address), 'listening')
  try {
    await begin()
  } catch (failure) {
    if (!('path' in address) || !(await isLeftBehind(address.path))) throw failure
    await unlink(address.path)
    await begin()
  }
}

/** Whether it is a socket that nobody listens on: a process that is killed does not remove its own. */
async function isLeftBehind(path: string): Promise<boolean> {
  try {
    // To connect to any other file is refused as well.
    if (!(await lstat(path)).isSocket()) return false
  } catch {
    return false
  }
  return await new Promise((resolve) => {
    const socket = connect(path)
    socket.once('error', (failure) => {
      resolve('code' in failure && failure.code === 'ECONNREFUSED')
    })
    socket.once('connect', () => {
      socket.destroy()
      resolve(false)
    })
  })
}

export function portOf(server: Server): readonly number[] {
  const address = server.address()
  return typeof address === 'object' && address ? [address.port] : []
}

/** Where a server listens, as in `127.0.0.1:9121` or `/run/exporter.sock`. */
export function listeningPlace(server: Server): string {
  const address = server.address()
  if (typeof address !== 'object') return address
  return address ? textOf({ host: address.address, port: address.port }) : ''
}

function textOf(address: ListenOn): string {
  if ('path' in address) return address.path
  const { host = '', port } = address
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`
}
