import { connect, type Socket } from 'node:net'
import { eventually } from './eventually.ts'

/** A TCP client that sends what a test says, however slowly or wrongly. */
export interface RawClient extends Disposable {
  readonly socket: Socket
  write(text: string): void
  /** All that came so far. */
  received(): string
  /** How the connection ended: `close`, or the code of its error. */
  ended(): string | undefined
}

/** Connects to a port of 127.0.0.1 and returns when the connection is there, or refused. */
export async function rawClient(port: number): Promise<RawClient> {
  const socket = connect(port, '127.0.0.1')
  let received = ''
  let ended: string | undefined
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1')
  })
  socket.on('error', (error: NodeJS.ErrnoException) => {
    ended = error.code
  })
  socket.on('close', () => {
    ended ??= 'close'
  })
  await eventually(() => {
    if (socket.connecting) throw new Error(`no connection to port ${port} yet`)
  })
  return {
    socket,
    write: (text) => void socket.write(text),
    received: () => received,
    ended: () => ended,
    [Symbol.dispose]: () => void socket.destroy(),
  }
}
