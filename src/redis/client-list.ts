/** The characters of a line at most: those of the names that a client gave itself are few. */
export const longestClient = 16_384

/**
 * The lines of a reply of CLIENT LIST, one for each client, found as they are asked for.
 * Source: https://redis.io/docs/latest/commands/client-list/
 */
export function* clientLines(text: string): Generator<string> {
  let start = 0
  while (start < text.length) {
    const end = text.indexOf('\n', start)
    const line = text.slice(start, end < 0 ? text.length : end).trimEnd()
    if (line !== '') yield line
    start = end < 0 ? text.length : end + 1
    // Blank lines one by one would be a long way to the next one that is yielded.
    while (isBlank(text.charCodeAt(start))) start += 1
  }
}

function isBlank(character: number): boolean {
  return character === 10 || character === 13 || character === 32
}

/**
 * The id that a line begins with, without reading on; undefined when it tells of no client or is
 * too long.
 */
export function clientId(line: string): number | undefined {
  if (line.length > longestClient) return undefined
  const id = /^id=(\d+) addr=\S*:/.exec(line)?.[1]
  return id === undefined ? undefined : Number(id)
}

/**
 * Reads a line such as `id=3 addr=127.0.0.1:45864 name=a=b`: values hold no spaces, but may hold
 * `=`. A part without `=` is passed over.
 */
export function parseClient(line: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  for (const part of line.split(' ')) {
    const equals = part.indexOf('=')
    if (equals > 0) fields.set(part.slice(0, equals), part.slice(equals + 1))
  }
  return fields
}

/** The two halves of `127.0.0.1:45864`, `[::1]:45864` or, for a socket, `/run/redis.sock:0`. */
export function splitAddress(address: string): { readonly host: string; readonly port: string } {
  const colon = address.lastIndexOf(':')
  return { host: address.slice(0, Math.max(colon, 0)), port: address.slice(colon + 1) }
}
