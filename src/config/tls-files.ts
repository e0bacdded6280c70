import { createPrivateKey, X509Certificate } from 'node:crypto'
import { shownPath, shownText } from './shown-text.ts'

/** A setting that names a file: how messages call it, and the path that was given. */
export interface NamedFile {
  readonly title: string
  /** Undefined or empty when none was given. */
  readonly path: string | undefined
  /** What stands in the place of a file. */
  readonly text?: string | undefined
}

export interface TlsFiles {
  readonly ca: NamedFile
  readonly certificate: NamedFile
  readonly key: NamedFile
}

/** Reads a file as text; throws an error of Node when it cannot. */
export type ReadFile = (path: string) => string

/** What is wrong with one of the files, to follow what it is called, and which files that is about. */
export interface TlsFault {
  readonly of: keyof TlsFiles
  readonly what: string
  readonly about: readonly NamedFile[]
}

/** What is wrong with the files, each mistake with the setting, the path and what is accepted. */
export function tlsFileMistakes(files: TlsFiles, readFile: ReadFile): string[] {
  return tlsFaults(files, readFile).map(({ of, what }) => `${files[of].title}: ${what}`)
}

/** The same, apart from what the settings are called. */
export function tlsFaults(files: TlsFiles, readFile: ReadFile): readonly TlsFault[] {
  const faults: TlsFault[] = []

  function content<T>(
    of: keyof TlsFiles,
    read: (pem: string) => T,
    accepts: string,
  ): T | undefined {
    const file = files[of]
    const { path, text } = file
    if (!isGiven(file)) return undefined
    const tell = (what: string, shown = shownText) =>
      faults.push({
        of,
        what: `${path ? shown(path) : 'it'} ${what}; give ${accepts}`,
        about: [file],
      })
    let pem: string
    try {
      pem = text ?? readFile(path ?? '')
    } catch (error) {
      // What could be read was the path of a file.
      tell(`cannot be read (${codeOf(error)})`, of === 'key' ? shownPath : shownText)
      return undefined
    }
    try {
      return read(pem)
    } catch {
      tell('is not accepted')
      return undefined
    }
  }

  const { certificate, key } = files
  content('ca', readCertificates, certificatesAccepted)
  const first = content('certificate', readCertificates, certificatesAccepted)
  const secret = content('key', (pem) => createPrivateKey(pem), keyAccepted)
  if (first && secret && !first.checkPrivateKey(secret))
    faults.push({
      of: 'key',
      what: `it is not the key of ${certificate.title}; give one that fits`,
      about: [certificate, key],
    })
  for (const [given, other] of [
    ['certificate', 'key'],
    ['key', 'certificate'],
  ] as const)
    if (isGiven(files[given]) && !isGiven(files[other]))
      faults.push({
        of: other,
        what: `the value is missing; ${files[given].title} does not do without`,
        about: [],
      })
  return faults
}

function isGiven({ path, text }: NamedFile): boolean {
  return Boolean(path) || text !== undefined
}

const certificatesAccepted = 'a file with certificates in PEM'
const keyAccepted = 'a file with a private key in PEM, without a passphrase'

/** The certificates of a text in PEM, each as it stands there. */
export function pemCertificates(pem: string): readonly string[] {
  return pem.match(/-----BEGIN ([A-Z0-9 ]*CERTIFICATE)-----.*?-----END \1-----/gs) ?? []
}

// The first one counts for the key: those behind it are of the authorities between.
function readCertificates(pem: string): X509Certificate {
  const [first, ...others] = pemCertificates(pem).map((block) => new X509Certificate(block))
  if (first === undefined) throw new Error('no certificate')
  const begun = pem.match(/-----BEGIN [A-Z0-9 ]*CERTIFICATE-----/g)?.length
  if (begun !== others.length + 1) throw new Error('the file is cut')
  return first
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown failure'
}
