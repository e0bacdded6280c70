import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'

/** A certificate that the server or we, its client, showed when a connection was made. */
export interface ShownCertificate {
  readonly use: 'server' | 'client'
  /** In seconds since 1970. */
  readonly expires: number
}

// By instance, Node would load its TLS for those who use none.
function isTls(socket: Socket): socket is TLSSocket {
  return 'encrypted' in socket && socket.encrypted === true
}

/** The certificates of a connection whose handshake is over. */
export function shownCertificates(socket: Socket): readonly ShownCertificate[] {
  if (!isTls(socket)) return []
  const all = [
    { use: 'server', until: socket.getPeerX509Certificate()?.validTo },
    { use: 'client', until: socket.getX509Certificate()?.validTo },
  ] as const
  return all.flatMap(({ use, until }) =>
    until === undefined ? [] : [{ use, expires: Date.parse(until) / 1e3 }],
  )
}
