import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'

/**
 * The exporter as the asker reached it, as in `exporter:9121`: what its request names, else where its
 * connection ends. What proxies add to a request (X-Forwarded-*) is not looked at: anybody may write
 * it, and a proxy can be told to pass on the Host that it was asked for. Undefined where the request
 * names what is no host.
 */
export function ownAddress({ url = '', headers, socket }: IncomingMessage): string | undefined {
  // RFC 9112, 3.2.2: the host of an address in full counts.
  const [, ofAddress] = /^https?:\/\/([^/?]*)/i.exec(url) ?? []
  const named = ofAddress ?? headers.host
  if (named !== undefined && named !== '') return isHost(named) ? named : undefined
  const { localAddress = 'localhost', localPort } = socket
  const host = localAddress.includes(':') ? `[${localAddress}]` : localAddress
  return `${host}:${localPort}`
}

/** Whether the asker came to us over TLS: a proxy in between that ends it is not seen. */
export function isByTls({ socket }: IncomingMessage): boolean {
  return (socket as Partial<TLSSocket>).encrypted === true
}

function isHost(text: string): boolean {
  return text.length <= 255 && /^([a-z0-9_.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/i.test(text)
}
