const everywhere = new Set(['', '0.0.0.0', '[::]', '::'])

/** The address under which this machine reaches a server that listens on `host:port`. */
export function urlOfListenAddress(listenAddress: string): string {
  const colon = listenAddress.lastIndexOf(':')
  const host = listenAddress.slice(0, Math.max(colon, 0))
  return `http://${everywhere.has(host) ? '127.0.0.1' : host}:${listenAddress.slice(colon + 1)}`
}
