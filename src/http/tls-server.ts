import { constants } from 'node:crypto'
import { createServer, type Server, type ServerOptions } from 'node:https'
import type { Socket } from 'node:net'
import type { DetailedPeerCertificate, SecureContextOptions, TLSSocket } from 'node:tls'
import type { LoadedTls } from '../protection/load-port.ts'
import type { Port } from '../protection/open-port.ts'
import { plainName } from '../targets/one-spelling.ts'
import { alternativeNames } from './alternative-names.ts'
import { underneath } from './connections.ts'
import { type RefusedClient, tlsRefusal } from './refused-client.ts'

/** How an HTTPS server is made and kept. */
export interface TlsServer {
  readonly createServer: typeof createServer
  readonly serverOptions: ServerOptions
  /**
   * Refuses clients without the certificate that is asked for, and lets connections begin with what
   * the files hold by then; those that stand go on. To be called before anybody else listens.
   */
  follow(server: Server, onRefused: (client: RefusedClient) => void): void
}

// Who takes longer to begin than a whole request may take is stuck or means harm.
const handshakeTimeout = 10_000

/** HTTP over TLS. Client certificates are judged when the handshake is over and before a request is read. */
export function createTlsServer(port: Pick<Port, 'current' | 'onChange'>): TlsServer {
  let { tls } = port.current()
  return {
    createServer,
    serverOptions: { ...optionsOf(tls), ...asks(tls), handshakeTimeout },
    follow(server, onRefused) {
      // Asked for now, it is still known when the connection is gone.
      server.prependListener('connection', (socket: Socket) => void socket.remoteAddress)
      server.on('tlsClientError', (failure: NodeJS.ErrnoException, socket: TLSSocket) => {
        const { authorizationError } = socket
        // An error in name only: it is the text of the code.
        const certificate = authorizationError ? String(authorizationError) : undefined
        const code = failure.code ?? ''
        const reason = tlsRefusal({ code, certificate })
        const { remoteAddress: address } = underneath(socket)
        if (reason) onRefused({ reason, code: certificate ?? code, address })
      })
      server.prependListener('secureConnection', (socket: TLSSocket) => {
        const refusal = tls ? refusalOf(socket, tls) : closedPort
        if (!refusal) return
        socket.destroy()
        onRefused({ ...refusal, address: underneath(socket).remoteAddress })
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

type Refusal = Pick<RefusedClient, 'reason' | 'code'>

const closedPort: Refusal = { reason: 'other', code: 'CLOSED' }
const nothingShown: Refusal = { reason: 'no_certificate', code: 'NO_CERTIFICATE' }
const otherName: Refusal = { reason: 'name', code: 'NO_ALLOWED_NAME' }

/** Why a client may not enter that has not shown what the policy wants (they are those of Go's crypto/tls). */
function refusalOf(
  socket: Pick<TLSSocket, 'authorized' | 'authorizationError' | 'getPeerCertificate'>,
  { clientCertificates, clientNames }: Pick<LoadedTls, 'clientCertificates' | 'clientNames'>,
): Refusal | undefined {
  if (clientCertificates === 'NoClientCert' || clientCertificates === 'RequestClientCert')
    return undefined
  const certificate = socket.getPeerCertificate(true)
  const isShown = Object.keys(certificate).length > 0
  if (!isShown) return clientCertificates === 'VerifyClientCertIfGiven' ? undefined : nothingShown
  if (clientCertificates === 'RequireAnyClientCert') return undefined
  if (!socket.authorized) {
    const code = String(socket.authorizationError)
    return { reason: tlsRefusal({ code, certificate: code }) ?? 'other', code }
  }
  return hasName(certificate, clientNames) ? undefined : otherName
}

function hasName({ subjectaltname }: DetailedPeerCertificate, names: readonly string[]): boolean {
  if (names.length === 0) return true
  const own = alternativeNames(subjectaltname ?? '')
  return names.some((name) => own.includes(plainName(name)))
}
