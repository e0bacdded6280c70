import { once } from 'node:events'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { type AddressInfo, Server as TcpServer } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import type { Closing } from '../metrics/own-metrics.ts'
import type { App } from './app.ts'
import { type ConnectionLimits, followConnections } from './connections.ts'
import { createDescriptorBound } from './descriptor-bound.ts'
import { refuseRequest } from './refused-request.ts'
import { requestPath } from './request-path.ts'

export interface HttpServerOptions {
  readonly app: App
  /** All interfaces when undefined. */
  readonly host: string | undefined
  readonly port: number
  readonly onAnswer: (path: string, code: number) => void
  /** A connection was closed, not by its client and not since the exporter stops. */
  readonly onClosed: (closing: Closing) => void
  /** In place of those that hold otherwise. */
  readonly limits?: Partial<ConnectionLimits>
}

export interface HttpServer {
  readonly port: number
  /** Lets responses under way finish, for so many milliseconds at most, and closes all connections. */
  stop(graceMilliseconds: number): Promise<void>
}

// A scrape is one small request: whoever needs more is stuck or means harm.
const serverOptions = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16 * 1024,
}
const connectionLimits = { connections: 512, waiting: 1_024, silence: 2_000, stall: 74_000 }

/** Listens; rejects with the error of Node.js when it cannot. */
export async function startHttpServer({
  app,
  host,
  port,
  onAnswer,
  onClosed,
  limits,
}: HttpServerOptions): Promise<HttpServer> {
  const server = createAdaptorServer({
    fetch(request, env) {
      const incoming = env.incoming as IncomingMessage
      const answer = () => refuseRequest(incoming) ?? app.fetch(request, env as never)
      const turn = connections.turn(incoming.socket)
      return turn ? turn.then(answer) : answer()
    },
    // Stands in for the Host that a client of HTTP/1.0 need not send, such as a health check.
    hostname: 'localhost',
    serverOptions,
  }) as Server
  const descriptors = createDescriptorBound()
  const allLimits = { ...connectionLimits, descriptors, ...limits }
  const connections = followConnections(server, allLimits, onClosed)
  let stopping = false
  const known = new Set(app.paths)
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    if (stopping) response.setHeader('Connection', 'close')
    connections.begin(request.socket)
    response.once('close', () => {
      connections.end(request.socket)
      if (!response.writableFinished) return
      const path = requestPath(request.url ?? '')
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
