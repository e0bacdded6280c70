import { constants } from 'node:crypto'
import { createServer, type Server, type ServerOptions } from 'node:https'
import type { DetailedPeerCertificate, SecureContextOptions, TLSSocket } from 'node:tls'
import type { LoadedTls } from '../protection/load-port.ts'
import type { Port } from '../protection/open-port.ts'
import { plainName } from '../targets/one-spelling.ts'
import { alternativeNames } from './alternative-names.ts'

/** How an HTTPS server is made and kept. */
export interface TlsServer {
  readonly createServer: typeof createServer
  readonly serverOptions: ServerOptions
  /**
   * Refuses clients without the certificate that is asked for, and lets connections begin with what
   * the files hold by then; those that stand go on. To be called before anybody else listens.
   */
  follow(server: Server): void
}

// Who takes longer to begin than a whole request may take is stuck or means harm.
const handshakeTimeout = 10_000

/** HTTP over TLS. Client certificates are judged when the handshake is over and before a request is read. */
export function createTlsServer(port: Pick<Port, 'current' | 'onChange'>): TlsServer {
  let { tls } = port.current()
  return {
    createServer,
    serverOptions: { ...optionsOf(tls), ...asks(tls), handshakeTimeout },
    follow(server) {
      server.prependListener('secureConnection', (socket: TLSSocket) => {
        if (!tls || !mayEnter(socket, tls)) socket.destroy()
      })
      port.onChange(() => {
        const now = port.current().tls
        if (now === tls) return
        tls = now
        server.setSecureContext(optionsOf(tls))
        // Node looks at these for each connection, and has no method to set them.
        Object.assign(server, asks(tls))
      })
    },
  }
}

// No client begins the handshake anew on a connection that stands.
function optionsOf(tls: LoadedTls | undefined): SecureContextOptions {
  return { ...tls?.context, secureOptions: noRenegotiation() }
}

// SSL_OP_NO_RENEGOTIATION of OpenSSL.
// To name it loads what encrypts, so it is not done before it is asked for.
const noRenegotiation = () => constants.SSL_OP_NO_RENEGOTIATION ?? 0x40000000

function asks(tls: LoadedTls | undefined) {
  const clientCertificates = tls?.clientCertificates ?? 'RequireAndVerifyClientCert'
  return {
    requestCert: clientCertificates !== 'NoClientCert',
    rejectUnauthorized: clientCertificates === 'RequireAndVerifyClientCert',
  }
}

/** Whether a client has shown what the policy wants (the policies are those of Go's crypto/tls). */
function mayEnter(
  socket: Pick<TLSSocket, 'authorized' | 'getPeerCertificate'>,
  { clientCertificates, clientNames }: Pick<LoadedTls, 'clientCertificates' | 'clientNames'>,
): boolean {
  if (clientCertificates === 'NoClientCert' || clientCertificates === 'RequestClientCert')
    return true
  const certificate = socket.getPeerCertificate(true)
  const isShown = Object.keys(certificate).length > 0
  switch (clientCertificates) {
    case 'RequireAnyClientCert':
      return isShown
    case 'VerifyClientCertIfGiven':
      return !isShown || (socket.authorized && hasName(certificate, clientNames))
    case 'RequireAndVerifyClientCert':
      return socket.authorized && hasName(certificate, clientNames)
  }
}

function hasName({ subjectaltname }: DetailedPeerCertificate, names: readonly string[]): boolean {
  if (names.length === 0) return true
  const own = alternativeNames(subjectaltname ?? '')
  return names.some((name) => own.includes(plainName(name)))
}
