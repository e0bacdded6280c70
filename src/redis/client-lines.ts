/*
 * The lines of CLIENT LIST. Source: https://redis.io/docs/latest/commands/client-list/
 */

/** The characters of a line at most: those of the names that a client gave itself are few. */
export const longestClient = 16_384

/**
 * The id that a line begins with, without reading on; undefined when it tells of no client or is
 * too long.
 */
export function clientId(line: string): number | undefined {
  if (line.length > longestClient) return undefined
  const id = beginOf(line)?.id
  return id === undefined ? undefined : Number(id)
}

/**
 * Reads a line such as `id=3 addr=127.0.0.1:45864 name=a=b`. A word that begins no field goes on
 * with the value before it, behind a blank.
 */
export function parseClient(line: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  const begin = beginOf(line)
  if (begin) fields.set('id', begin.id).set('addr', begin.address)
  let name: string | undefined
  for (const word of line.slice(begin?.length ?? 0).split(' ')) {
    const equals = word.indexOf('=')
    if (equals > 0 && beginsSmall(word)) {
      name = word.slice(0, equals)
      fields.set(name, word.slice(equals + 1))
    } else if (name !== undefined && word !== '') fields.set(name, `${fields.get(name)} ${word}`)
  }
  return fields
}

function beginsSmall(word: string): boolean {
  const first = word.charCodeAt(0)
  return first >= 97 && first <= 122
}

/** The two halves of `127.0.0.1:45864`, `[::1]:45864` or, for a socket, `/run/redis.sock:0`. */
export function splitAddress(address: string): { readonly host: string; readonly port: string } {
  const colon = address.lastIndexOf(':')
  const [host, port] = [address.slice(0, Math.max(colon, 0)), address.slice(colon + 1)]
  // Valkey 9 takes the colon in the name of a socket for one of an IPv6 address: `[/run/a.sock:0]:0`.
  const socket = port === '0' ? /^\[(.*?)(?::0)?\]$/.exec(host)?.[1] : undefined
  return { host: socket ?? host, port }
}

interface Begin {
  readonly id: string
  readonly address: string
  /** Of all that they, and the address that the client came to, take of the line. */
  readonly length: number
}

// The path of a socket is shorter, and may hold blanks and equals signs as those between fields.
const address = '.{0,200}?:\\d{1,10}'
const beginForms = [
  new RegExp(`^id=(\\d+) addr=(${address})(?= (?:laddr|fd)=)`),
  // Look-alikes tell less of a client, or in another order.
  new RegExp(`^id=(\\d+) addr=(${address})(?: |$)`),
]
const ownAddressForm = new RegExp(`^ laddr=${address}(?= fd=)`)

/** The id and the address of a client, which every line begins with; undefined without them. */
function beginOf(line: string): Begin | undefined {
  for (const form of beginForms) {
    const [text, id, address] = form.exec(line) ?? []
    if (text === undefined || id === undefined || address === undefined) continue
    // Of a socket it is the same path, which is not to be taken for fields.
    const own = ownAddressForm.exec(line.slice(text.length, text.length + 300))?.[0] ?? ''
    return { id, address, length: text.length + own.length }
  }
  return undefined
}
