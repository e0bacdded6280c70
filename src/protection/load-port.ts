import { X509Certificate } from 'node:crypto'
import { createSecureContext, type SecureContextOptions } from 'node:tls'
import { isDeepStrictEqual } from 'node:util'
import { protectionTitles } from '../config/protection-mistakes.ts'
import { shownPath, shownText } from '../config/shown-text.ts'
import { type NamedFile, tlsFileMistakes } from '../config/tls-files.ts'
import { readVersioned } from '../discovery/versioned-file.ts'
import { pemCertificates } from '../targets/authorities.ts'
import { suitesOfTls13 } from './names-of-go.ts'
import type { PortSettings, ServerTlsSettings } from './port-settings.ts'
import { readWebConfig, type TakenByFlags } from './read-web-config.ts'
import { canShakeHands } from './try-handshake.ts'

/** A certificate that our own port uses. */
export interface PortCertificate {
  /** What it is for. */
  readonly use: 'server' | 'client_ca'
  readonly serial: string
  /** In milliseconds since 1970. */
  readonly expires: number
}

export interface LoadedTls extends Pick<ServerTlsSettings, 'clientCertificates' | 'clientNames'> {
  readonly context: SecureContextOptions
  readonly certificates: readonly PortCertificate[]
}

/** How our own port is protected, with what stands in the files. */
export interface LoadedPort extends Omit<PortSettings, 'tls'> {
  readonly tls: LoadedTls | undefined
}

export type PortRead = { readonly port: LoadedPort } | { readonly mistakes: readonly string[] }

/** Where the settings come from. */
export interface PortPlan {
  readonly ofFlags: PortSettings
  readonly taken: TakenByFlags
  /** The path of the file of `web.config.file`. */
  readonly file: string | undefined
}

const mostBytes = 4 * 1024 * 1024

/**
 * Reads all files that protect our own port; waits for `onFile` before each. TLS that is as before stays
 * the same object, so that the sessions of clients live on.
 */
export async function loadPort(
  { ofFlags, taken, file }: PortPlan,
  before: LoadedTls | undefined,
  onFile: (path: string) => Promise<void>,
): Promise<PortRead> {
  const settings = file ? await settingsOfFile(file, ofFlags, taken, onFile) : ofFlags
  if ('mistakes' in settings) return settings
  const tls = settings.tls && (await loadTls(settings.tls, before, onFile))
  if (tls && 'mistakes' in tls) return tls
  return { port: { ...settings, tls } }
}

async function settingsOfFile(
  path: string,
  ofFlags: PortSettings,
  taken: TakenByFlags,
  onFile: (path: string) => Promise<void>,
): Promise<PortSettings | { readonly mistakes: readonly string[] }> {
  await onFile(path)
  const name = /^[\w./-]+$/.test(path) ? path : shownText(path)
  const content = await readVersioned(path, mostBytes)
  if ('failure' in content)
    return { mistakes: [`${protectionTitles.file}: ${shownPath(path)} ${content.failure}`] }
  const { settings, mistakes } = await readWebConfig(content.text, path, taken)
  if (mistakes.length > 0)
    return {
      mistakes: mistakes.map(
        ({ line, path: place, what }) =>
          `${name}:${line}: ${place === '' ? '' : `${place}: `}${what}`,
      ),
    }
  return {
    tls: settings.tls ?? ofFlags.tls,
    users: settings.users ?? ofFlags.users,
    headers: settings.headers,
    limit: settings.limit,
  }
}

async function loadTls(
  tls: ServerTlsSettings,
  before: LoadedTls | undefined,
  onFile: (path: string) => Promise<void>,
): Promise<LoadedTls | { readonly mistakes: readonly string[] }> {
  const failures = new Map<string, string>()
  const read = async ({ title, path, text }: NamedFile): Promise<NamedFile> => {
    if (!path) return { title, path, text }
    await onFile(path)
    const content = await readVersioned(path, mostBytes)
    if ('text' in content) return { title, path, text: content.text }
    failures.set(path, content.failure.replace(/^cannot be read \((.*)\)$/, '$1'))
    return { title, path }
  }
  const files = {
    ca: await read(tls.ca),
    certificate: await read(tls.certificate),
    key: await read(tls.key),
  }
  const mistakes = tlsFileMistakes(files, (path) => {
    throw Object.assign(new Error('it could not be read'), { code: failures.get(path) })
  })
  if (mistakes.length > 0) return { mistakes }
  const context = contextOf(tls, files)
  const { clientCertificates, clientNames } = tls
  const certificates = [
    ...certificatesIn(files.certificate.text, 'server'),
    ...certificatesIn(files.ca.text, 'client_ca'),
  ]
  const loaded = { context, clientCertificates, clientNames, certificates }
  if (before && isDeepStrictEqual(before, loaded)) return before
  try {
    createSecureContext(context)
  } catch (failure) {
    const code = failure instanceof Error && 'code' in failure ? ` (${failure.code})` : ''
    return { mistakes: [`${tls.certificate.title}: TLS cannot be spoken with it${code}`] }
  }
  const unusable = await whyUnusable(context, files.certificate.text)
  if (unusable) return { mistakes: [`${tls.certificate.title}: ${unusable}`] }
  return loaded
}

/** Why nobody could connect to a port with this certificate; undefined where somebody can. */
async function whyUnusable(
  context: SecureContextOptions,
  certificate: string | undefined,
): Promise<string | undefined> {
  const [first] = pemCertificates(certificate ?? '')
  if (first === undefined) return undefined
  const { asymmetricKeyType, asymmetricKeyDetails } = new X509Certificate(first).publicKey
  const curve = asymmetricKeyDetails?.namedCurve
  if (await canShakeHands(context, curve)) return undefined
  const kind = [asymmetricKeyType, curve].filter(Boolean).join(' ')
  return `nobody can connect, since its key (${kind}) goes with no version, cipher suite and curve that is allowed; give another certificate, or allow more`
}

function contextOf(
  { minVersion, maxVersion, cipherSuites, curves }: ServerTlsSettings,
  { ca, certificate, key }: Readonly<Record<'ca' | 'certificate' | 'key', NamedFile>>,
): SecureContextOptions {
  const isOld = minVersion === 'TLSv1' || minVersion === 'TLSv1.1'
  const older = isOld ? (cipherSuites ?? ['DEFAULT']) : cipherSuites
  // OpenSSL has the versions before TLS 1.2 at no level but this.
  const suites = isOld && older?.length ? [...older, '@SECLEVEL=0'] : older
  const ciphers = suites && [...suitesOfTls13, ...suites].join(':')
  return {
    ...(ca.text ? { ca: ca.text } : {}),
    ...(certificate.text ? { cert: certificate.text } : {}),
    ...(key.text ? { key: key.text } : {}),
    minVersion,
    maxVersion,
    ...(ciphers ? { ciphers } : {}),
    ...(curves.length > 0 ? { ecdhCurve: curves.join(':') } : {}),
  }
}

function certificatesIn(
  pem: string | undefined,
  use: PortCertificate['use'],
): readonly PortCertificate[] {
  return pemCertificates(pem ?? '').map((block) => {
    const { serialNumber, validTo } = new X509Certificate(block)
    return { use, serial: serialNumber.toLowerCase(), expires: Date.parse(validTo) }
  })
}
