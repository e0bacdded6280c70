import type { Options } from '../options/option.ts'
import { filePath, plainText, secretText } from '../options/value-kinds.ts'

const group = 'Not supported yet' as const

// Whoever sets one of these believes the port protected, so none of them ends with an open port.
const unprotected =
  'this exporter does not protect its port yet, so it does not start with this; leave it out and put a ' +
  'proxy with authentication and TLS before --web.listen-address=127.0.0.1:9121, or a NetworkPolicy'

/** Flags of oliver006/redis_exporter that ask for what this exporter does not do. */
export const refusedOptions = {
  basicAuthUsername: refused('basic-auth-username', plainText, unprotected),
  basicAuthPassword: { ...refused('basic-auth-password', secretText, unprotected), secret: true },
  basicAuthHashPassword: {
    ...refused('basic-auth-hash-password', secretText, unprotected),
    secret: true,
  },
  tlsServerKeyFile: refused('tls-server-key-file', filePath, unprotected),
  tlsServerCertificateFile: refused('tls-server-cert-file', filePath, unprotected),
  tlsServerCaFile: refused('tls-server-ca-cert-file', filePath, unprotected),
  tlsServerMinVersion: refused('tls-server-min-version', plainText, unprotected),
} as const satisfies Options

function refused<K>(name: string, kind: K, why: string) {
  const env = `REDIS_EXPORTER_${name.toUpperCase().replaceAll('-', '_')}`
  return {
    flags: [name] as const,
    env: [env],
    scope: 'process' as const,
    group,
    help: `Refused: ${why}`,
    kind,
    default: undefined,
    refused: why,
  }
}
