/**
 * Reads `calls=21,usec=175`: any number of parts in any order, as INFO writes keyspace,
 * commandstats and replica lines. A part without `=` is passed over; the last of a name wins.
 */
export function parseNameValueList(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  for (const part of text.split(',')) {
    const equals = part.indexOf('=')
    if (equals > 0) values.set(part.slice(0, equals), part.slice(equals + 1))
  }
  return values
}
