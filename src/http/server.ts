import { once } from 'node:events'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { type AddressInfo, type Socket, Server as TcpServer } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import type { App } from './app.ts'

export interface ServerOptions {
  readonly app: App
  /** All interfaces when undefined. */
  readonly host: string | undefined
  readonly port: number
  readonly onAnswer: (path: string, code: number) => void
}

export interface RunningServer {
  readonly port: number
  /** Lets responses under way finish, for so many milliseconds at most, and closes all connections. */
  stop(graceMilliseconds: number): Promise<void>
}

// A scrape is one small request: whoever needs more is stuck or means harm.
const limits = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16 * 1024,
}
const idleSocketMilliseconds = 75_000
const maximumConnections = 512
const maximumBodyBytes = 1024

/** Listens; rejects with the error of Node.js when it cannot. */
export async function startServer({
  app,
  host,
  port,
  onAnswer,
}: ServerOptions): Promise<RunningServer> {
  const server = createAdaptorServer({
    fetch: (request, env) =>
      hasLargeBody(env.incoming as IncomingMessage)
        ? bodyTooLarge()
        : app.fetch(request, env as never),
    // Stands in for the Host that a client of HTTP/1.0 need not send, such as a health check.
    hostname: 'localhost',
    serverOptions: limits,
  }) as Server
  server.maxConnections = maximumConnections
  server.setTimeout(idleSocketMilliseconds)

  const connections = followConnections(server)
  let stopping = false
  const known = new Set(app.paths)
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    if (stopping) response.setHeader('Connection', 'close')
    connections.begin(request.socket)
    response.once('close', () => {
      connections.end(request.socket)
      if (!response.writableFinished) return
      const path = request.url?.split('?', 1)[0] ?? ''
      onAnswer(known.has(path) ? path : 'other', response.statusCode)
    })
  })

  server.listen(port, host)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async stop(graceMilliseconds) {
      stopping = true
      const closed = once(server, 'close')
      // The one of HTTP would also end connections whose client has yet to read its response.
      TcpServer.prototype.close.call(server)
      // Connections become idle one by one as their responses end.
      connections.endIdle()
      const sweep = setInterval(connections.endIdle, 50)
      const end = setTimeout(() => server.closeAllConnections(), graceMilliseconds)
      await closed
      clearInterval(sweep)
      clearTimeout(end)
    },
  }
}

/**
 * Keeps count of the responses under way on each connection, until the last byte is handed to the
 * system: Node counts them as over before that, and would cut off a client that reads slowly.
 */
function followConnections(server: Server) {
  const responses = new Map<Socket, number>()
  const add = (socket: Socket, count: number) => {
    const sum = responses.get(socket)
    if (sum !== undefined) responses.set(socket, sum + count)
  }
  server.on('connection', (socket: Socket) => {
    responses.set(socket, 0)
    socket.once('close', () => responses.delete(socket))
  })
  return {
    begin: (socket: Socket) => add(socket, 1),
    end: (socket: Socket) => add(socket, -1),
    endIdle() {
      for (const [socket, count] of responses) if (count === 0) socket.destroy()
    },
  }
}

function hasLargeBody({ headers }: IncomingMessage): boolean {
  return (
    headers['transfer-encoding'] !== undefined ||
    Number(headers['content-length'] ?? 0) > maximumBodyBytes
  )
}

function bodyTooLarge(): Response {
  return new Response('The request has a body, which is of no use here.\n', {
    status: 413,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' },
  })
}
