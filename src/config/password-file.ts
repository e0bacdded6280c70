import { type Endpoint, parseAddress } from '../targets/address.ts'
import { type Secret, secretFrom } from '../targets/secret.ts'

/** Whose password is looked for. */
export interface ServerUser {
  readonly endpoint: Endpoint
  readonly user: string | undefined
}

/** A password that is read anew whenever it is revealed, or what is wrong with its file. */
export interface FilePassword {
  /** Undefined where the server needs none. */
  readonly password?: Secret
  readonly mistake?: string
}

/**
 * The password in a file. While a file is replaced it may not be there, or be half written: then
 * the last one that could be read counts.
 */
export function filePassword(readFile: () => string, server: ServerUser): FilePassword {
  let last: string | undefined
  try {
    last = findPassword(readFile(), server)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown failure'
    return { mistake: `cannot be read (${code}); ${accepted}` }
  }
  if (last === undefined) return { mistake: `holds no password for this server; ${accepted}` }
  if (last === '') return {}
  const latest = () => {
    try {
      last = findPassword(readFile(), server) || last
    } catch {
      // It is read again for the next connection.
    }
    return last ?? ''
  }
  return { password: secretFrom(latest) }
}

const accepted =
  'give a file with a password, or with a JSON object such as {"redis://user@host:6379": "password"}'

/**
 * The password for a server in the text of a file: that of its address in a JSON object, as the Go
 * exporter reads it, else the whole text without the line break at its end. Undefined where it
 * holds none.
 */
export function findPassword(text: string, server: ServerUser): string | undefined {
  if (!text.trimStart().startsWith('{')) return text.replace(/\r?\n$/, '') || undefined
  const entries = Object.entries(parseObject(text))
  const found = entries.find(([address]) => isOf(address, server))?.[1]
  return typeof found === 'string' ? found : undefined
}

// An error of JSON.parse quotes what it was given.
function parseObject(text: string): object {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}

function isOf(text: string, { endpoint, user }: ServerUser): boolean {
  const address = parseAddress(text)
  if (address === undefined) return false
  // A user part without a colon is the user here, as the Go exporter reads it.
  const { user: name, password } = address.credentials
  if ((name ?? password?.reveal()) !== user) return false
  return placeOf(address.endpoint) === placeOf(endpoint)
}

function placeOf(endpoint: Endpoint): string {
  return endpoint.kind === 'unix'
    ? endpoint.path
    : `${endpoint.host.toLowerCase()} ${endpoint.port}`
}
