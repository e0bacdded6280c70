import { type Endpoint, parseAddress } from './address.ts'
import { loginFailure } from './login.ts'

/** Whose password is looked for. */
export interface ServerUser {
  readonly endpoint: Endpoint
  readonly user: string | undefined
}

/**
 * Makes the function that reads the password in a file, each time anew. While a file is replaced it
 * may not be there, or be half written: then the last one that could be read counts. An empty one
 * says that the server needs none.
 */
export function createPasswordFile(
  readFile: () => Promise<string>,
  server: ServerUser,
): () => Promise<string> {
  let last: string | undefined

  async function read(): Promise<string | undefined> {
    try {
      return findPassword(await readFile(), server)
    } catch (failure) {
      if (last !== undefined) return undefined
      throw loginFailure(`the password file cannot be read (${codeOf(failure)})`)
    }
  }

  return async () => {
    const found = await read()
    // What is empty by now is being written.
    last = found || (last ?? found)
    if (last === undefined)
      throw loginFailure('the password file holds no password for this server')
    return last
  }
}

/** What is wrong with a password file, to follow its name; undefined where nothing is. */
export function passwordFileMistake(
  readFile: () => string,
  server: ServerUser,
): string | undefined {
  try {
    if (findPassword(readFile(), server) !== undefined) return undefined
    return `holds no password for this server; ${accepted}`
  } catch (failure) {
    return `cannot be read (${codeOf(failure)}); ${accepted}`
  }
}

const accepted =
  'give a file with a password, or with a JSON object such as {"redis://user@host:6379": "password"}'

function codeOf(failure: unknown): string {
  return failure instanceof Error && 'code' in failure ? String(failure.code) : 'unknown failure'
}

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
