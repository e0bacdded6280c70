import { type ByteSet, bytesWhere, complement } from './byte-set.ts'

/** Where the set of bytes that begins here ends, by the letter of Lua. */
export function endOfSet(pattern: string, start: number): number {
  const character = pattern[start]
  if (character === '%') {
    if (start + 1 === pattern.length) throw new Error("malformed pattern (ends with '%')")
    return start + 2
  }
  if (character !== '[') return start + 1
  let position = pattern[start + 1] === '^' ? start + 2 : start + 1
  // The first character belongs to the set even when it is a bracket.
  do {
    if (position >= pattern.length) throw new Error("malformed pattern (missing ']')")
    position += pattern[position] === '%' ? 2 : 1
  } while (pattern[position] !== ']')
  return position + 1
}

/** The bytes of the set that begins and ends here. */
export function setAt(pattern: string, start: number, end: number): ByteSet {
  const character = pattern.charAt(start)
  if (character === '.') return bytesWhere(() => true)
  if (character === '%') return classOf(pattern.charAt(start + 1))
  return character === '[' ? bracketSet(pattern, start, end - 1) : only(character)
}

/**
 * The bytes of a set between brackets, by the letter of Lua: what ends a range is never the sign of
 * a class, and in `[a-%%]` the second sign takes the closing bracket along.
 */
export function bracketSet(pattern: string, open: number, close: number): ByteSet {
  const negated = pattern[open + 1] === '^'
  const parts: ByteSet[] = []
  let position = negated ? open + 2 : open + 1
  while (position < close) {
    if (pattern[position] === '%') {
      parts.push(classOf(pattern.charAt(position + 1)))
      position += 2
    } else if (pattern[position + 1] === '-' && position + 2 < close) {
      const [from, to] = [pattern.charCodeAt(position), pattern.charCodeAt(position + 2)]
      parts.push(bytesWhere((byte) => from <= byte && byte <= to))
      position += 3
    } else {
      parts.push(only(pattern.charAt(position)))
      position += 1
    }
  }
  const set = bytesWhere((byte) => parts.some((part) => part[byte] === 1))
  return negated ? complement(set) : set
}

const only = (character: string) => bytesWhere((byte) => byte === character.charCodeAt(0))

const matching = (expression: RegExp) =>
  bytesWhere((byte) => expression.test(String.fromCharCode(byte)))

/** The classes as the C locale has them: no byte from 128 on is in any. Made for who asks for them. */
const classes: Readonly<Record<string, () => ByteSet>> = {
  a: () => matching(/[a-z]/i),
  c: () => bytesWhere((byte) => byte < 32 || byte === 127),
  d: () => matching(/\d/),
  l: () => matching(/[a-z]/),
  p: () => matching(/[!-/:-@[-`{-~]/),
  s: () => matching(/[ \t-\r]/),
  u: () => matching(/[A-Z]/),
  w: () => matching(/[a-z\d]/i),
  x: () => matching(/[a-f\d]/i),
  z: () => matching(/\0/),
}

function classOf(letter: string): ByteSet {
  const set = classes[letter.toLowerCase()]?.()
  if (set === undefined) return only(letter)
  return letter === letter.toLowerCase() ? set : complement(set)
}
