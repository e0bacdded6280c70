import { createServer } from 'node:net'
import { freePort } from './free-port.ts'

/** A server that nobody may connect to. */
export interface Trap extends AsyncDisposable {
  readonly port: number
  connections(): number
}

/** Listens on all addresses of the machine, those of IPv6 and all of 127.0.0.0/8. */
export async function startTrap(): Promise<Trap> {
  const port = await freePort()
  let connections = 0
  const server = createServer((socket) => {
    connections += 1
    socket.destroy()
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '::', resolve)
  })
  return {
    port,
    connections: () => connections,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
