import { type Endpoint, parseAddress } from './address.ts'
import { loginFailure } from './login.ts'
import { plainName } from './one-spelling.ts'

/** Whose password is looked for. */
export interface ServerUser {
  readonly endpoint: Endpoint
  readonly user: string | undefined
}

/** What a file says of a server. */
export interface FilePassword {
  /** Empty where the server needs none. */
  readonly password: string
  /** Whether the file names other servers alone, so that this one is taken to need none. */
  readonly isUnnamed: boolean
}

/**
 * Makes the function that reads the password in a file, each time anew. While a file is replaced it
 * may not be there, or be half written: then the last one that could be read counts.
 */
export function createPasswordFile(
  readFile: () => Promise<string>,
  server: ServerUser,
): () => Promise<FilePassword> {
  let last: FilePassword | undefined

  async function read(): Promise<FilePassword | undefined> {
    try {
      return findPassword(await readFile(), server)
    } catch (failure) {
      if (last !== undefined) return undefined
      throw loginFailure(`the password file cannot be read (${codeOf(failure)})`)
    }
  }

  return async () => {
    last = (await read()) ?? last
    if (last === undefined)
      throw loginFailure('the password file holds no password for this server')
    return last
  }
}

/** What a password file says of a server, or what is wrong with it, to follow its name. */
export function tryPasswordFile(
  readFile: () => string,
  server: ServerUser,
): FilePassword | { readonly mistake: string } {
  try {
    const found = findPassword(readFile(), server)
    return found ?? { mistake: `holds no password for this server; ${accepted}` }
  } catch (failure) {
    return { mistake: `cannot be read (${codeOf(failure)}); ${accepted}` }
  }
}

const accepted =
  'give a file with a password, or with a JSON object such as {"redis://user@host:6379": "password"}'

function codeOf(failure: unknown): string {
  return failure instanceof Error && 'code' in failure ? String(failure.code) : 'unknown failure'
}

/**
 * The password for a server in the text of a file: that of its address in a JSON object, as the Go
 * exporter reads it, else the whole text without the line break at its end. Undefined where there is
 * no such text, nor a whole object.
 */
export function findPassword(text: string, server: ServerUser): FilePassword | undefined {
  if (!isMap(text)) return named(text.replace(/\r?\n$/, '') || undefined)
  const map = parseObject(text)
  if (map === undefined) return undefined
  const own = Object.entries(map).flatMap(([key, password]) => {
    const address = addressOf(key, server)
    return address ? [{ address, password }] : []
  })
  // An address without TLS stands for one with it, unless that one is named itself.
  const exact = own.find(({ address }) => isTls(address) === isTls(server.endpoint))
  const found = exact ?? own[0]
  // One object serves servers with a password and servers without.
  return found ? named(found.password) : { password: '', isUnnamed: true }
}

function named(password: unknown): FilePassword | undefined {
  return typeof password === 'string' ? { password, isUnnamed: false } : undefined
}

/**
 * Whether a text is meant to be an object, be it half written or written wrongly: that is never
 * sent, since it may hold the passwords of other servers. An object begins with a brace and a name in
 * quotes; what begins with a brace and anything else, in one line and without any address, is a
 * password.
 */
function isMap(text: string): boolean {
  if (!text.trimStart().startsWith('{')) return false
  return !/^\{[^\s"'}][^\r\n]*\r?\n?$/.test(text) || text.includes('://')
}

// An error of JSON.parse quotes what it was given.
function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

/** The endpoint that an address names, where it is that of the server, with TLS or without. */
function addressOf(text: string, { endpoint, user }: ServerUser): Endpoint | undefined {
  const address = parseAddress(text)
  if (address === undefined) return undefined
  // A user part without a colon is the user here, as the Go exporter reads it.
  const { user: name, password } = address.credentials
  if ((name ?? password?.reveal()) !== user) return undefined
  return placeOf(address.endpoint) === placeOf(endpoint) ? address.endpoint : undefined
}

function isTls(endpoint: Endpoint): boolean {
  return endpoint.kind === 'tcp' && endpoint.tls
}

function placeOf(endpoint: Endpoint): string {
  return endpoint.kind === 'unix'
    ? endpoint.path
    : `${plainName(endpoint.host).toLowerCase()} ${endpoint.port}`
}
