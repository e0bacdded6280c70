/** Where to listen: on a port, of all interfaces when the host is undefined, or on a socket in the file system. */
export type ListenAddress =
  | { readonly host: string | undefined; readonly port: number }
  | { readonly path: string }

/** The same, or a socket that somebody made for us and handed over as this descriptor. */
export type ListenOn = ListenAddress | { readonly descriptor: number }

/** As `--web.listen-address` takes it: `127.0.0.1:9121`, `[::1]:9121`, `unix:///run/exporter.sock`. */
export function formatListenAddress(address: ListenOn): string {
  if ('descriptor' in address) return `descriptor ${address.descriptor}`
  if ('path' in address) return `unix://${address.path}`
  const { host = '', port } = address
  // Nothing else has a colon, and the pattern of Node.js takes long to make.
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
