// V8 copies shorter parts by itself.
const shortest = 13

/**
 * A copy of a text, for what is kept of a larger one: a part of a string keeps the whole of it alive,
 * as the name of a server would all of the reply that told it.
 */
export function ownCopy(text: string): string {
  return text.length < shortest ? text : Buffer.from(text).toString()
}
