import { once } from 'node:events'
import { lstat, stat, unlink } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { dirname } from 'node:path'
import { formatListenAddress, type ListenOn } from '../targets/listen-address.ts'

/** What listens, and where, as in `127.0.0.1:9121` or `unix:///run/exporter.sock`. */
export interface Listener {
  readonly server: Server
  readonly place: string
}

/**
 * Has a server of HTTP listen on all of these. It can on one alone; the others hand their connections
 * over to it, so that all count as its own. Resolves with whatever listens; rejects with the first
 * failure, whose `place` and `reason` say where and why, and then nothing listens.
 */
export async function listenOn(
  server: Server,
  [first, ...others]: readonly ListenOn[],
): Promise<readonly Listener[]> {
  const listeners: Listener[] = []
  const pass = (socket: Socket) => void server.emit('connection', socket)
  const all = [
    ...(first ? [[server, first] as const] : []),
    ...others.map((one) => [createServer({ noDelay: true }, pass), one] as const),
  ]
  for (const [one, address] of all) {
    try {
      await listenAt(one, address)
    } catch (failure) {
      for (const { server } of listeners) server.close()
      throw Object.assign(failure instanceof Error ? failure : new Error(), {
        place: formatListenAddress(address),
        reason: await whyNot(failure, address),
      })
    }
    listeners.push({ server: one, place: listeningPlace(one, address) })
  }
  return listeners
}

async function listenAt(listener: Server, address: ListenOn): Promise<void> {
  const where = 'descriptor' in address ? { fd: address.descriptor } : address
  const begin = () => once(listener.listen(where), 'listening')
  try {
    await begin()
  } catch (failure) {
    if (!('path' in address) || !(await isLeftBehind(address.path))) throw failure
    await unlink(address.path)
    await begin()
  }
}

/** Why it failed, in words where we have some: for a path the codes of Node.js mean several things each. */
async function whyNot(failure: unknown, address: ListenOn): Promise<string> {
  const { code = 'unknown failure' } = failure as NodeJS.ErrnoException
  if (code === 'EACCES' && 'path' in address && (await isMissing(dirname(address.path))))
    return 'its folder does not exist'
  if (code !== 'EADDRINUSE') return code
  return 'path' in address && !(await isSocket(address.path))
    ? 'what is there is no socket'
    : 'another program listens there'
}

async function isMissing(path: string): Promise<boolean> {
  try {
    await stat(path)
    return false
  } catch (failure) {
    return (failure as NodeJS.ErrnoException).code === 'ENOENT'
  }
}

async function isSocket(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSocket()
  } catch {
    return false
  }
}

/** Whether it is a socket that nobody listens on: a process that is killed does not remove its own. */
async function isLeftBehind(path: string): Promise<boolean> {
  // To connect to any other file is refused as well.
  if (!(await isSocket(path))) return false
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

export function portOf({ server }: Listener): readonly number[] {
  const address = server.address()
  return typeof address === 'object' && address ? [address.port] : []
}

function listeningPlace(server: Server, asked: ListenOn): string {
  const address = server.address()
  // Node.js does not tell where a socket in the file system is that was handed over.
  if (typeof address !== 'object' || address === null) return formatListenAddress(asked)
  return formatListenAddress({ host: address.address, port: address.port })
}
