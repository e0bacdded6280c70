import type { Reply } from './command.ts'
import { redisError } from './redis-error.ts'

/**
 * Reads a reply that names its parts, `['name', 'mine', 'port', '6379', …]`, as RESP2 carries what
 * is a map in RESP3. A name that is no text and one without a value are passed over; the last of
 * a name wins. Throws when the reply is no list.
 */
export function readPairs(reply: Reply): ReadonlyMap<string, Reply> {
  if (!Array.isArray(reply)) throw redisError('parse', 'a list of names and values was expected')
  const pairs = new Map<string, Reply>()
  for (let index = 0; index + 1 < reply.length; index += 2) {
    const [name, value = null]: Reply[] = reply.slice(index, index + 2)
    if (typeof name === 'string') pairs.set(name, value)
  }
  return pairs
}

/** The same where all values are texts, as Sentinel writes even its numbers. */
export function readTexts(reply: Reply): ReadonlyMap<string, string> {
  const texts = new Map<string, string>()
  for (const [name, value] of readPairs(reply))
    if (typeof value === 'string') texts.set(name, value)
  return texts
}
