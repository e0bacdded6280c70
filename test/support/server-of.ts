import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ServedExporter } from './served-exporter.ts'

/** The server behind an exporter, as Node.js itself tells of it. */
export async function serverOf({ port, request }: ServedExporter): Promise<Server> {
  const servers: Server[] = []
  const note = (message: unknown) => {
    const { server } = message as { server: Server }
    if ((server.address() as AddressInfo).port === port) servers.push(server)
  }
  subscribe('http.server.request.start', note)
  await request('/healthz')
  unsubscribe('http.server.request.start', note)
  const [server] = servers
  if (server === undefined) throw new Error('Node.js told of no request')
  return server
}
