/**
 * Reads `calls=21,usec=175`: any number of parts in any order, as INFO writes keyspace,
 * commandstats and replica lines. A part without `=` goes on with the value before it, which then
 * holds a comma; the last of a name wins.
 */
export function parseNameValueList(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  let name: string | undefined
  for (const part of text.split(',')) {
    const equals = part.indexOf('=')
    if (equals > 0) {
      // Pika writes a blank behind each comma.
      name = part.slice(0, equals).trimStart()
      values.set(name, part.slice(equals + 1))
    } else if (equals < 0 && part !== '' && name !== undefined)
      values.set(name, `${values.get(name)},${part}`)
  }
  return values
}
