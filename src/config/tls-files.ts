import { createPrivateKey, X509Certificate } from 'node:crypto'
import { begunCertificates, pemCertificates, readAuthorities } from '../targets/authorities.ts'
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

/**
 * What is wrong with the files of our own port, each mistake with the setting, the path and what is
 * accepted. One authority that cannot be read is a mistake here: its clients would be turned away, and
 * a file that is half written would take the place of one that is whole.
 */
export function tlsFileMistakes(files: TlsFiles, readFile: ReadFile): string[] {
  return tlsFaults(files, readFile, readCertificates).map(
    ({ of, what }) => `${files[of].title}: ${what}`,
  )
}

/** What is wrong with the files of TLS towards a server, apart from what the settings are called. */
export function tlsFaults(
  files: TlsFiles,
  readFile: ReadFile,
  readCa: (pem: string) => unknown = someAuthority,
): readonly TlsFault[] {
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
  content('ca', readCa, certificatesAccepted)
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

/** That certificates of a file of authorities cannot be read while others can; none where nothing is. */
export function leftOutAuthorities(ca: NamedFile, readFile: ReadFile): readonly string[] {
  if (!ca.path) return []
  try {
    const { usable, leftOut } = readAuthorities(readFile(ca.path))
    if (usable.length === 0 || leftOut === 0) return []
    const all = usable.length + leftOut
    return [
      `${ca.title}: of the ${all} certificates in ${shownText(ca.path)}, ${leftOut} cannot be read, and nobody is trusted by ${leftOut === 1 ? 'it' : 'them'}`,
    ]
  } catch {
    // That is a mistake, and told as such.
    return []
  }
}

function someAuthority(pem: string): void {
  if (readAuthorities(pem).usable.length === 0) throw new Error('no certificate')
}

// The first one counts for the key: those behind it are of the authorities between.
function readCertificates(pem: string): X509Certificate {
  const [first, ...others] = pemCertificates(pem).map((block) => new X509Certificate(block))
  if (first === undefined) throw new Error('no certificate')
  if (begunCertificates(pem) !== others.length + 1) throw new Error('the file is cut')
  return first
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown failure'
}
