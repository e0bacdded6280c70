import { readFileSync } from 'node:fs'
import { isIP, type TcpNetConnectOpts } from 'node:net'
import { type ConnectionOptions, checkServerIdentity, createSecureContext } from 'node:tls'
import type { Endpoint } from '../targets/address.ts'
import { readAuthorities } from '../targets/authorities.ts'
import { lookUpBySystem } from '../targets/name-lookups.ts'
import { connectionLookup } from './connection-lookup.ts'
import { errorCode, redisError } from './redis-error.ts'

const caOption = 'tls-ca-cert-file'

/** How a connection is secured, by the names of the options; an empty text counts as none. */
export interface TlsSettings {
  readonly tlsCaFile?: string | undefined
  readonly tlsClientCertificateFile?: string | undefined
  readonly tlsClientKeyFile?: string | undefined
  readonly tlsServerName?: string | undefined
  readonly skipTlsVerification?: boolean
}

/** What `net.connect` wants, and what `tls.connect` wants beside it where TLS is spoken. */
export interface SocketOptions {
  readonly place: Pick<TcpNetConnectOpts, 'host' | 'port' | 'lookup'> | { readonly path: string }
  readonly tls: ConnectionOptions | undefined
  /** To be called when the socket ends, whether it was connected or not. */
  readonly onEnd?: () => void
}

/**
 * How to connect to an endpoint. The files are read now, so that one asks anew for each connection
 * and certificates that were renewed are used. Throws a RedisError when a file cannot be used.
 */
export function socketOptions(endpoint: Endpoint, settings: TlsSettings): SocketOptions {
  if (endpoint.kind === 'unix') return { place: { path: endpoint.path }, tls: undefined }
  const { host, port, tls, guard, lookUp } = endpoint
  const options = tls ? tlsOptions(host, settings) : undefined
  if (!guard && !lookUp) return { place: { host, port }, tls: options }
  const { lookup, drop } = connectionLookup(lookUp ?? lookUpBySystem, guard)
  return { place: { host, port, lookup }, tls: options, onEnd: drop }
}

function tlsOptions(host: string, settings: TlsSettings): ConnectionOptions {
  return {
    ...nameOptions(host, settings.tlsServerName),
    ...secureContext(settings),
    ...(settings.skipTlsVerification ? { rejectUnauthorized: false } : {}),
  }
}

// Node asks for no name unless told; an IP address must not be asked for (RFC 6066), and Node
// compares one with the certificate only where it is the host.
function nameOptions(host: string, given: string | undefined): ConnectionOptions {
  const name = given || host
  if (!isIP(name)) return { servername: name }
  return { checkServerIdentity: (_host, certificate) => checkServerIdentity(name, certificate) }
}

// Without files there is no context of our own, so that Node's common one need not be made anew.
function secureContext(settings: TlsSettings): ConnectionOptions {
  const files = {
    ca: authoritiesOf(contentOf(caOption, settings.tlsCaFile)),
    cert: contentOf('tls-client-cert-file', settings.tlsClientCertificateFile),
    key: contentOf('tls-client-key-file', settings.tlsClientKeyFile),
  }
  if (Object.values(files).every((content) => content === undefined)) return {}
  try {
    return { secureContext: createSecureContext(files) }
  } catch (failure) {
    // While files are being replaced, the key may be of another certificate for a moment.
    throw tlsError('the certificates or the key cannot be used', failure)
  }
}

// Node stops at the first certificate that it cannot read, and says nothing of those behind it.
function authoritiesOf(content: Buffer | undefined): string[] | undefined {
  if (!content) return undefined
  const { usable } = readAuthorities(content.toString())
  if (usable.length === 0) throw tlsError(`the file of ${caOption} holds no certificate`)
  return [...usable]
}

function contentOf(option: string, path: string | undefined): Buffer | undefined {
  try {
    return path ? readFileSync(path) : undefined
  } catch (failure) {
    throw tlsError(`the file of ${option} cannot be read`, failure)
  }
}

function tlsError(message: string, failure?: unknown) {
  const code = errorCode(failure)
  return redisError('tls', code ? `${message} (${code})` : message)
}
