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
  for (let index = 0; index + 1 < list.length; index += 2) {
    const [name, value] = [list[index], list[index + 1]]
    if (typeof name === 'string' && value !== undefined) yield [name, value]
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
