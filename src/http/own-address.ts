import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'
import { namedHost } from './named-host.ts'

/**
 * The exporter as the asker reached it, as in `exporter:9121`: what its request names, else where its
 * connection ends. What proxies add to a request (X-Forwarded-*) is not looked at: anybody may write
 * it, and a proxy can be told to pass on the Host that it was asked for. Undefined where neither tells,
 * as over a Unix socket.
 */
export function ownAddress(request: IncomingMessage): string | undefined {
  const named = namedHost(request)
  if (isReachable(named)) return named.replace(/:$/, '')
  const { localAddress, localPort } = request.socket
  if (localAddress === undefined || localPort === undefined) return undefined
  return `${localAddress.includes(':') ? `[${localAddress}]` : localAddress}:${localPort}`
}

/** Whether the asker came to us over TLS: a proxy in between that ends it is not seen. */
export function isByTls({ socket }: IncomingMessage): boolean {
  return (socket as Partial<TLSSocket>).encrypted === true
}

// What else may be a host is none by which others ask: a zone is of the asker, and names have no such signs.
function isReachable(text: string): boolean {
  return text.length <= 255 && /^([a-z0-9_.-]+|\[[0-9a-f:.]+\])(:\d{0,5})?$/i.test(text)
}
