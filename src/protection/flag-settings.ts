import { type ProtectionSettings, serverTlsFiles } from '../config/protection-mistakes.ts'
import type { PortSettings, ServerTlsSettings, Users } from './port-settings.ts'

/** How flags and variables protect our own port; they have been found without a mistake. */
export function settingsOfFlags(settings: ProtectionSettings): PortSettings {
  return { tls: tlsOf(settings), users: usersOf(settings), headers: {} }
}

function tlsOf(settings: ProtectionSettings): ServerTlsSettings | undefined {
  if (!settings.tlsServerCertificateFile) return undefined
  return {
    ...serverTlsFiles(settings),
    clientCertificates: settings.tlsServerCaFile ? 'RequireAndVerifyClientCert' : 'NoClientCert',
    clientNames: [],
    minVersion: settings.tlsServerMinVersion,
    maxVersion: 'TLSv1.3',
    cipherSuites: undefined,
    curves: [],
  }
}

function usersOf(settings: ProtectionSettings): Users | undefined {
  const { basicAuthUsername: user, basicAuthPassword: password } = settings
  const hash = settings.basicAuthHashPassword?.reveal()
  if (!user) return undefined
  if (hash) return { kind: 'hashed', hashes: new Map([[user, hash]]) }
  return password && { kind: 'plain', user, password }
}
