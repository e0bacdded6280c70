import type { TlsRefusal } from '../metrics/port-metrics.ts'

/** A client that did not get through the handshake of TLS. */
export interface RefusedClient {
  readonly reason: TlsRefusal
  /** As OpenSSL calls it, or Node.js. */
  readonly code: string
  readonly address: string | undefined
}

/** What Node.js tells of a handshake that failed. */
export interface FailedHandshake {
  readonly code: string
  /** What is wrong with the certificate of the client. */
  readonly certificate: string | undefined
}

// What OpenSSL calls "alert" was told by the client: what it says of a certificate is of ours.
const reasons: readonly (readonly [pattern: RegExp, reason: TlsRefusal])[] = [
  [/PEER_DID_NOT_RETURN_A_CERTIFICATE/, 'no_certificate'],
  [/ALERT_(BAD_CERTIFICATE|UNKNOWN_CA|(UNSUPPORTED_)?CERTIFICATE)/, 'our_certificate'],
  [/ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|VERSION_TOO_LOW|INAPPROPRIATE_FALLBACK/, 'version'],
  [/NO_SHARED_CIPHER|NO_SUITABLE_|NO_SHARED_GROUP|NO_CIPHERS_|ALERT_HANDSHAKE_FAILURE/, 'cipher'],
  [/HTTP_REQUEST|HTTPS_PROXY_REQUEST|WRONG_VERSION_NUMBER|UNKNOWN_PROTOCOL/, 'not_tls'],
  [/RECORD_TOO_|PACKET_LENGTH_|RECORD_LAYER_FAILURE|UNEXPECTED_MESSAGE$/, 'not_tls'],
  [/^ERR_TLS_HANDSHAKE_TIMEOUT$/, 'timeout'],
]

/**
 * Why we refused a client. Undefined for one that went by itself, as what only asks whether the port is
 * open does, or whose connection was closed for another reason, which is counted there.
 */
export function tlsRefusal({ code, certificate }: FailedHandshake): TlsRefusal | undefined {
  if (certificate) return certificate === 'CERT_HAS_EXPIRED' ? 'expired' : 'bad_certificate'
  if (!/^ERR_(SSL|TLS)_/.test(code) || code.includes('UNEXPECTED_EOF')) return undefined
  return reasons.find(([pattern]) => pattern.test(code))?.[1] ?? 'other'
}
