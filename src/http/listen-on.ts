import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'

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
    listener.listen(address)
    try {
      await once(listener, 'listening')
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

export function portOf(server: Server): readonly number[] {
  const address = server.address()
  return typeof address === 'object' && address ? [address.port] : []
}

function textOf(address: ListenOn): string {
  return 'path' in address ? address.path : `${address.host ?? ''}:${address.port}`
}
