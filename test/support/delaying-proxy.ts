import { connect, createServer, type Socket } from 'node:net'
import { trackSockets } from './listening-sockets.ts'

export interface DelayingProxyOptions {
  /** The port of 127.0.0.1 to which all goes. */
  readonly port: number
  /** How many milliseconds a question and its answer lose together, half on each way. */
  readonly roundTripDelay: number
}

/** What went through the proxy since it was started or since its counts were reset. */
export interface ProxyCounts {
  readonly connections: number
  /** Bursts towards the server that start a connection or follow an answer. */
  readonly roundTrips: number
  readonly bytesToServer: number
  readonly bytesToClient: number
}

export interface DelayingProxy extends AsyncDisposable {
  readonly port: number
  counts(): ProxyCounts
  resetCounts(): void
}

const nothing: ProxyCounts = { connections: 0, roundTrips: 0, bytesToServer: 0, bytesToClient: 0 }

/**
 * Starts a TCP proxy on loopback that makes the way to a server longer and counts the round trips.
 * The delay should be some milliseconds at least: the pieces of one long burst are told from two
 * bursts by the answer between them.
 */
export async function startDelayingProxy(options: DelayingProxyOptions): Promise<DelayingProxy> {
  let counts = nothing
  const add = (more: Partial<ProxyCounts>) => {
    counts = {
      connections: counts.connections + (more.connections ?? 0),
      roundTrips: counts.roundTrips + (more.roundTrips ?? 0),
      bytesToServer: counts.bytesToServer + (more.bytesToServer ?? 0),
      bytesToClient: counts.bytesToClient + (more.bytesToClient ?? 0),
    }
  }
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    add({ connections: 1 })
    relay(client, options, add)
  })
  const { port, close } = await trackSockets(server)
  return {
    port,
    counts: () => counts,
    resetCounts: () => {
      counts = nothing
    },
    [Symbol.asyncDispose]: close,
  }
}

function relay(
  client: Socket,
  { port, roundTripDelay }: DelayingProxyOptions,
  add: (more: Partial<ProxyCounts>) => void,
): void {
  const server = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
  let clientSpeaks = false
  client.on('data', ({ length }) => {
    add({ bytesToServer: length, roundTrips: clientSpeaks ? 0 : 1 })
    clientSpeaks = true
  })
  server.on('data', ({ length }) => {
    add({ bytesToClient: length })
    clientSpeaks = false
  })
  forward(client, server, roundTripDelay / 2)
  forward(server, client, roundTripDelay / 2)
}

/** Timers of one length fire in the order in which they were set, so nothing overtakes. */
function forward(from: Socket, to: Socket, delay: number): void {
  from.on('data', (chunk) => void setTimeout(() => to.write(chunk), delay))
  from.on('end', () => void setTimeout(() => to.end(), delay))
  from.on('error', () => to.destroy())
  from.on('close', () => void setTimeout(() => to.destroy(), delay))
}
