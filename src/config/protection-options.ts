import type { Options } from '../options/option.ts'
import {
  filePath,
  flag,
  listenAddress,
  plainText,
  secretText,
  type ValueKind,
} from '../options/value-kinds.ts'

const group = 'Protecting the port' as const

/** The versions of TLS by the names of the Go exporter, as Node.js calls them. */
const tlsVersions = {
  'TLS1.0': 'TLSv1',
  'TLS1.1': 'TLSv1.1',
  'TLS1.2': 'TLSv1.2',
  'TLS1.3': 'TLSv1.3',
} as const

export type TlsVersion = (typeof tlsVersions)[keyof typeof tlsVersions]

const tlsVersion: ValueKind<TlsVersion> = {
  placeholder: 'version',
  accepts: `one of ${Object.keys(tlsVersions).join(', ')}`,
  read: (text) => new Map<string, TlsVersion>(Object.entries(tlsVersions)).get(text),
}

/** Who may ask the exporter, and how the way there is secured. */
export const protectionOptions = {
  webConfigFile: {
    flags: ['web.config.file'],
    env: ['REDIS_EXPORTER_WEB_CONFIG_FILE'],
    scope: 'process',
    group,
    help: 'File with TLS, users and headers of this port, in the form of the Prometheus exporter toolkit; followed while we run',
    kind: filePath,
    default: undefined,
  },
  tlsServerCertificateFile: {
    flags: ['tls-server-cert-file'],
    env: ['REDIS_EXPORTER_TLS_SERVER_CERT_FILE'],
    scope: 'process',
    group,
    help: 'File with the certificate of this port, which is served by HTTPS then (PEM); followed while we run',
    kind: filePath,
    default: undefined,
  },
  tlsServerKeyFile: {
    flags: ['tls-server-key-file'],
    env: ['REDIS_EXPORTER_TLS_SERVER_KEY_FILE'],
    scope: 'process',
    group,
    help: 'File with the key of that certificate (PEM)',
    kind: filePath,
    default: undefined,
  },
  tlsServerCaFile: {
    flags: ['tls-server-ca-cert-file'],
    env: ['REDIS_EXPORTER_TLS_SERVER_CA_CERT_FILE'],
    scope: 'process',
    group,
    help: 'File with the authorities of which clients must show a certificate (PEM)',
    kind: filePath,
    default: undefined,
  },
  tlsServerMinVersion: {
    flags: ['tls-server-min-version'],
    env: ['REDIS_EXPORTER_TLS_SERVER_MIN_VERSION'],
    scope: 'process',
    group,
    // Nobody takes it for a protection by itself.
    needs: ['tls-server-cert-file'],
    help: 'The oldest version of TLS that clients may speak',
    kind: tlsVersion,
    default: 'TLS1.2',
  },
  basicAuthUsername: {
    flags: ['basic-auth-username'],
    env: ['REDIS_EXPORTER_BASIC_AUTH_USERNAME'],
    scope: 'process',
    group,
    help: 'User that clients must log in as',
    kind: plainText,
    default: undefined,
  },
  basicAuthPassword: {
    flags: ['basic-auth-password'],
    env: ['REDIS_EXPORTER_BASIC_AUTH_PASSWORD'],
    scope: 'process',
    group,
    help: 'Password of that user',
    kind: secretText,
    default: undefined,
    secret: true,
  },
  basicAuthHashPassword: {
    flags: ['basic-auth-hash-password'],
    env: ['REDIS_EXPORTER_BASIC_AUTH_HASH_PASSWORD'],
    scope: 'process',
    group,
    help: 'The same as a hash of bcrypt, in place of the password',
    kind: secretText,
    default: undefined,
    secret: true,
  },
  protectProbes: {
    flags: ['web.protect-probes'],
    env: ['REDIS_EXPORTER_WEB_PROTECT_PROBES'],
    scope: 'process',
    group,
    needs: ['basic-auth-username', 'web.config.file'],
    help: 'Ask for the login on /healthz and /ready too, which else tell everybody their status and no more',
    kind: flag,
    default: 'false',
  },
  probeAddress: {
    flags: ['web.probe-address'],
    env: ['REDIS_EXPORTER_WEB_PROBE_ADDRESS'],
    scope: 'process',
    group,
    help: 'Where /healthz and /ready alone are served as well, by plain HTTP and with their status and no more: for probes that have no certificate to show',
    kind: listenAddress,
    default: undefined,
  },
} as const satisfies Options
