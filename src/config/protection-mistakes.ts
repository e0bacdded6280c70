import type { Option, Values } from '../options/option.ts'
import { acceptedHashes, isBcryptHash } from './bcrypt-hash.ts'
import type { AllGiven } from './given.ts'
import { protectionOptions as options } from './protection-options.ts'
import { title } from './title.ts'
import { type NamedFile, type ReadFile, tlsFileMistakes } from './tls-files.ts'

/** The settings that protect our own port. */
export type ProtectionSettings = Values<typeof options>

/**
 * What is wrong with the flags that protect our own port. Half a protection is a mistake, where the
 * Go exporter would serve everybody: whoever gave it believes the port protected.
 */
export function protectionMistakes(
  settings: ProtectionSettings,
  given: (option: Option) => AllGiven,
  readFile: ReadFile | undefined,
): readonly string[] {
  return [...loginMistakes(settings), ...tlsMistakes(settings, given, readFile)]
}

function loginMistakes(settings: ProtectionSettings): readonly string[] {
  const { basicAuthUsername: user } = settings
  const password = settings.basicAuthPassword?.reveal()
  const hash = settings.basicAuthHashPassword?.reveal()
  const { basicAuthUsername, basicAuthPassword, basicAuthHashPassword } = options
  const mistakes: string[] = []
  if (settings.protectProbes && !user && !password && !hash && !settings.webConfigFile)
    mistakes.push(probesWithoutLogin)
  const tell = (option: Option, what: string) => mistakes.push(`${title(option)}: ${what}`)
  if (user && !password && !hash)
    tell(basicAuthPassword, `the value is missing; ${title(basicAuthUsername)} does not do without`)
  if (!user && (password || hash)) {
    const present = password ? basicAuthPassword : basicAuthHashPassword
    tell(basicAuthUsername, `the value is missing; ${title(present)} does not do without`)
  }
  if (password && hash)
    tell(basicAuthHashPassword, `${title(basicAuthPassword)} is given as well; give one of them`)
  if (user?.includes(':'))
    tell(basicAuthUsername, 'no client can log in as a user with a colon; give another name')
  if (hash && !isBcryptHash(hash))
    tell(basicAuthHashPassword, `the value is not accepted; give ${acceptedHashes}`)
  return mistakes
}

/** How messages call what flags say of TLS, of users and of their file. */
export const protectionTitles = {
  file: title(options.webConfigFile),
  tls: title(options.tlsServerCertificateFile),
  users: title(options.basicAuthUsername),
}

/** Whoever protects the probes believes that somebody has to log in. */
export const probesWithoutLogin = `${title(options.protectProbes)}: nobody has to log in; give ${title(options.basicAuthUsername)}, or basic_auth_users in the file of ${title(options.webConfigFile)}`

/** The files that flags name for TLS of our own port. */
export function serverTlsFiles(settings: ProtectionSettings) {
  const file = (option: Option, path: string | undefined): NamedFile => ({
    title: title(option),
    path,
  })
  return {
    ca: file(options.tlsServerCaFile, settings.tlsServerCaFile),
    certificate: file(options.tlsServerCertificateFile, settings.tlsServerCertificateFile),
    key: file(options.tlsServerKeyFile, settings.tlsServerKeyFile),
  }
}

function tlsMistakes(
  settings: ProtectionSettings,
  given: (option: Option) => AllGiven,
  readFile: ReadFile | undefined,
): readonly string[] {
  const mistakes = readFile ? tlsFileMistakes(serverTlsFiles(settings), readFile) : []
  if (settings.tlsServerCertificateFile || settings.tlsServerKeyFile) return mistakes
  const certificate = title(options.tlsServerCertificateFile)
  const { tlsServerCaFile: ca } = options
  if (!given(ca).first?.text) return mistakes
  return [...mistakes, `${certificate}: the value is missing; ${title(ca)} does not do without`]
}
