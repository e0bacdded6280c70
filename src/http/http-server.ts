import { once } from 'node:events'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import { Server as TcpServer } from 'node:net'
import { createAdaptorServer, type HttpBindings } from '@hono/node-server'
import type { Closing } from '../metrics/own-metrics.ts'
import type { JudgeLogin } from '../protection/judge-login.ts'
import type { Port } from '../protection/open-port.ts'
import type { ListenOn } from '../targets/listen-address.ts'
import type { App } from './app.ts'
import { type ConnectionLimits, followConnections } from './connections.ts'
import { createDescriptorBound } from './descriptor-bound.ts'
import { behindGate, createGate } from './gate.ts'
import { createHiddenAddress } from './hidden-address.ts'
import { listenOn, portOf } from './listen-on.ts'
import type { RefusedClient } from './refused-client.ts'
import { refuseRequest } from './refused-request.ts'
import { requestPath, routePath } from './request-path.ts'
import { responseHeaders } from './response-headers.ts'
import { createShortTurns } from './short-turns.ts'

export interface HttpServerOptions {
  readonly app: App
  /** On each of them; all interfaces of a port without a host. */
  readonly addresses: readonly ListenOn[]
  /** What protects it; without, everybody is served by plain HTTP. */
  readonly protection?: Protection | undefined
  readonly onAnswer: (path: string, code: number) => void
  /** A connection was closed, not by its client and not since the exporter stops. */
  readonly onClosed: (closing: Closing) => void
  /** In place of those that hold otherwise. */
  readonly limits?: Partial<ConnectionLimits>
}

export interface Protection {
  readonly port: Pick<Port, 'current' | 'onChange'>
  readonly judge: JudgeLogin
  readonly protectProbes: boolean
  readonly onRefused?: (client: RefusedClient) => void
}

export interface HttpServer {
  /** The first of its ports; undefined where it listens on none. */
  readonly port: number | undefined
  /** All that it listens on, as in `127.0.0.1:9121`. */
  readonly places: readonly string[]
  /** Lets responses under way finish, for so many milliseconds at most, and closes all connections. */
  stop(graceMilliseconds: number): Promise<void>
}

type AdaptorOptions = Parameters<typeof createAdaptorServer>[0]

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
  addresses,
  protection,
  onAnswer,
  onClosed,
  limits,
}: HttpServerOptions): Promise<HttpServer> {
  const tls = await tlsOf(protection)
  const shortTurns = createShortTurns()
  const address = createHiddenAddress()
  const answer = behindGate(app, protection && gateOf(protection))
  const server = createAdaptorServer({
    fetch(request, env) {
      const incoming = env.incoming as IncomingMessage
      address.show(incoming)
      const refuseOrAnswer = () => refuseRequest(incoming) ?? answer(request, env as HttpBindings)
      const turn = connections.turn(incoming.socket)
      return turn ? turn.then(() => shortTurns(refuseOrAnswer)) : shortTurns(refuseOrAnswer)
    },
    // Stands in for the one that is hidden from it.
    hostname: 'localhost',
    ...(tls ? { createServer: tls.createServer } : {}),
    serverOptions: { ...serverOptions, ...tls?.serverOptions },
  } as AdaptorOptions) as Server
  const descriptors = createDescriptorBound()
  const allLimits = { ...connectionLimits, descriptors, ...limits }
  const connections = followConnections(server, allLimits, onClosed)
  if (tls) tls.follow(server as HttpsServer, protection?.onRefused ?? (() => {}))
  const headers = responseHeaders(app.metricsPath, () => protection?.port.current().headers)
  let stopping = false
  const known = new Map(app.paths.map((path) => [path, path]))
  const countedPath = (path: string) => known.get(path) ?? known.get(routePath(path)) ?? 'other'
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    if (stopping) response.setHeader('Connection', 'close')
    const path = requestPath(request.url ?? '')
    for (const [name, value] of headers(request.method, path)) response.setHeader(name, value)
    address.hide(request)
    connections.begin(request.socket)
    // It closes once; to listen for no more than that costs each of them more.
    response.on('close', () => {
      connections.end(request.socket)
      if (!response.writableFinished) return
      onAnswer(countedPath(path), response.statusCode)
    })
  })

  // Node.js would answer by itself whoever expects something, uncounted, and ask for a body that nobody wants.
  for (const event of ['checkExpectation', 'checkContinue'])
    server.on(event, (...asked: unknown[]) => void server.emit('request', ...asked))

  const listeners = await listenOn(server, addresses)
  return {
    port: listeners.flatMap(portOf).at(0),
    places: listeners.map(({ place }) => place),
    async stop(graceMilliseconds) {
      stopping = true
      const closed = Promise.all(listeners.map(({ server: one }) => once(one, 'close')))
      // The one of HTTP would also end connections whose client has yet to read its response.
      for (const { server: one } of listeners) TcpServer.prototype.close.call(one)
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

function gateOf({ port, judge, protectProbes }: Protection) {
  const [users, limit] = [() => port.current().users, () => port.current().limit]
  return createGate({ users, limit, judge, protectProbes })
}

// Loaded by who speaks TLS alone, since it takes its time.
async function tlsOf(protection: Protection | undefined) {
  if (!protection?.port.current().tls) return undefined
  const { createTlsServer } = await import('./tls-server.ts')
  return createTlsServer(protection.port)
}
