import type { TlsVersion } from '../config/protection-options.ts'
import type { NamedFile } from '../config/tls-files.ts'
import type { Secret } from '../targets/secret.ts'
import type { RateLimit } from './rate-limit.ts'

/** What clients have to show of certificates, by the names of Go. */
export const clientCertificatePolicies = [
  'NoClientCert',
  'RequestClientCert',
  'RequireAnyClientCert',
  'VerifyClientCertIfGiven',
  'RequireAndVerifyClientCert',
] as const

export type ClientCertificatePolicy = (typeof clientCertificatePolicies)[number]

/** How our own port speaks TLS; the files are not read yet. */
export interface ServerTlsSettings {
  readonly certificate: NamedFile
  readonly key: NamedFile
  readonly ca: NamedFile
  readonly clientCertificates: ClientCertificatePolicy
  /** Of these names a certificate of a client must hold one; empty where any will do. */
  readonly clientNames: readonly string[]
  readonly minVersion: TlsVersion
  readonly maxVersion: TlsVersion
  /** Those up to TLS 1.2, by the names of OpenSSL; its own where none of any version are given. */
  readonly cipherSuites: readonly string[] | undefined
  /** Groups of key exchange; those of OpenSSL where there are none. */
  readonly curves: readonly string[]
}

/** Who may log in: one user with a password, as flags give it, or users with hashes of bcrypt. */
export type Users =
  | { readonly kind: 'plain'; readonly user: string; readonly password: Secret }
  | { readonly kind: 'hashed'; readonly hashes: ReadonlyMap<string, string> }

/** How our own port is protected. */
export interface PortSettings {
  /** Undefined where it speaks plain HTTP. */
  readonly tls: ServerTlsSettings | undefined
  /** Undefined where nobody has to log in. */
  readonly users: Users | undefined
  /** Of every response. */
  readonly headers: Readonly<Record<string, string>>
  /** Without, there is no limit to requests but that of logins. */
  readonly limit?: RateLimit | undefined
}
