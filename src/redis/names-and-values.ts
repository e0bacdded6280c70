import { inSlices } from '../yielding.ts'
import type { Reply } from './command.ts'
import { redisError } from './redis-error.ts'

/**
 * The pairs of a list that names its parts, `['name', 'mine', 'port', '6379', …]`, as RESP2 carries
 * what is a map in RESP3. A name that is no text and one without a value are passed over.
 */
export function pairsOf<T>(list: readonly T[]): readonly (readonly [name: string, value: T])[] {
  return [...pairsIn(list)]
}

/** The same as they are asked for. */
export function* pairsIn<T>(list: readonly T[]): Generator<readonly [name: string, value: T]> {
  for (const [name, value] of byTwos(list)) if (typeof name === 'string') yield [name, value]
}

/** What stands in a list by turns, whatever it is, as it is asked for. */
export function* byTwos<T>(list: readonly T[]): Generator<readonly [one: T, other: T]> {
  for (let index = 0; index + 1 < list.length; index += 2) {
    const [one, other] = [list[index], list[index + 1]]
    if (one !== undefined && other !== undefined) yield [one, other]
  }
}

/** Reads a reply that is such a list; the last of a name wins. Throws when it is no list. */
export function readPairs(reply: Reply): ReadonlyMap<string, Reply> {
  if (!Array.isArray(reply)) throw redisError('parse', 'a list of names and values was expected')
  return new Map(pairsOf<Reply>(reply))
}

/** The same in slices, for a list of any length. */
export async function readPairsInSlices(reply: Reply): Promise<ReadonlyMap<string, Reply>> {
  const values = new Map<string, Reply>()
  if (!Array.isArray(reply)) throw redisError('parse', 'a list of names and values was expected')
  await inSlices(pairsIn<Reply>(reply), ([name, value]) => void values.set(name, value))
  return values
}

/** The same where all values are texts, as Sentinel writes even its numbers. */
export function readTexts(reply: Reply): ReadonlyMap<string, string> {
  const texts = new Map<string, string>()
  for (const [name, value] of readPairs(reply))
    if (typeof value === 'string') texts.set(name, value)
  return texts
}

/**
 * Reads `calls=21,usec=175`: however many parts in whatever order, as INFO writes keyspace,
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
