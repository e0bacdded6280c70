import { connect, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'

export interface RedisAddress {
  readonly port: number
  /** Without it a protected server would count a refusal among the errors that tests watch. */
  readonly password?: string | undefined
  /** What a TLS client needs; left out, the connection is plain. */
  readonly tls?: ConnectionOptions | undefined
}

/**
 * Sends a server on loopback PING, or AUTH where it has a password, and returns the first line of
 * its answer, which may be a refusal: a server that says `-LOADING` answers, too. Rejects when no
 * answer comes.
 */
export async function pingRedis({ port, password, tls }: RedisAddress): Promise<string> {
  const host = '127.0.0.1'
  const socket = tls === undefined ? connect({ port, host }) : connectTls({ ...tls, port, host })
  try {
    const length = Buffer.byteLength(password ?? '')
    const login = password && `*2\r\n$4\r\nAUTH\r\n$${length}\r\n${password}\r\n`
    socket.write(login || 'PING\r\n')
    return await firstLine(socket)
  } finally {
    socket.destroy()
  }
}

async function firstLine(socket: Socket): Promise<string> {
  return await new Promise((resolve, reject) => {
    let text = ''
    socket.setTimeout(1_000, () => reject(new Error('no answer to PING within 1 s')))
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('connection closed without an answer to PING')))
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      const end = text.indexOf('\r\n')
      if (end >= 0) {
        resolve(text.slice(0, end))
      }
    })
  })
}
