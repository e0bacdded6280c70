import { type ByteSet, bytesWhere, complement } from './byte-set.ts'

/** Whether a pattern must be looked for; without wildcards it is the name of one key. */
export function hasWildcard(pattern: string): boolean {
  return /[?*[\]^]/.test(pattern)
}

/** The pattern that one key alone matches. */
export function patternOfKey(key: string): string {
  return key.replaceAll(/[\\*?[\]]/g, '\\$&')
}

/**
 * What tells whether a key matches a pattern as the MATCH of SCAN does, both binary strings. The
 * time grows with the length of the key times that of the pattern at most, however many stars
 * there are.
 */
export function compileGlob(pattern: string): (key: string) => boolean {
  if (pattern === '*') return () => true
  const [first = literal(''), ...others] = parse(pattern).map(segmentOf)
  const last = others.pop()
  if (last === undefined) return (key) => key.length === first.length && first.isAt(key, 0)
  // The usual pattern, of millions of keys: a beginning and a star.
  if (others.length === 0 && last.length === 0) return (key) => first.isAt(key, 0)
  const least = [first, ...others, last].reduce((sum, { length }) => sum + length, 0)
  return (key) => {
    // The server skips the whole pattern where a key is empty, unless that is a lone star.
    if (key === '' || key.length < least || !first.isAt(key, 0)) return false
    const end = key.length - last.length
    if (!last.isAt(key, end)) return false
    // What stands between stars may be taken where it comes first: that leaves most to the rest.
    let position = first.length
    for (const segment of others) {
      const found = segment.find(key, position)
      if (found < 0) return false
      position = found + segment.length
    }
    return position <= end
  }
}

/** The same for several patterns: whether any of them matches. */
export function compileGlobs(patterns: readonly string[]): (key: string) => boolean {
  const globs = patterns.map(compileGlob)
  const [only] = globs
  if (only && globs.length === 1) return only
  return (key) => globs.some((matches) => matches(key))
}

/** What one byte of the key must be. */
type Element = string | ByteSet

/** What stands between two stars. */
interface Segment {
  readonly length: number
  isAt(key: string, position: number): boolean
  /** Where it comes first from a position on, or less than 0. */
  find(key: string, from: number): number
}

function segmentOf(elements: readonly Element[]): Segment {
  return elements.every((element) => typeof element === 'string')
    ? literal(elements.join(''))
    : mixed(elements.map(setOf))
}

function setOf(element: Element): ByteSet {
  return typeof element === 'string'
    ? bytesWhere((byte) => byte === element.charCodeAt(0))
    : element
}

function literal(text: string): Segment {
  return {
    length: text.length,
    isAt: (key, position) => key.startsWith(text, position),
    find: (key, from) => key.indexOf(text, from),
  }
}

function mixed(sets: readonly ByteSet[]): Segment {
  const isAt = (key: string, position: number) => {
    for (let index = 0; index < sets.length; index++) {
      if (!sets[index]?.[key.charCodeAt(position + index)]) return false
    }
    return true
  }
  const find = (key: string, from: number) => {
    for (let position = from; position + sets.length <= key.length; position++) {
      if (isAt(key, position)) return position
    }
    return -1
  }
  return { length: sets.length, isAt, find }
}

const any = bytesWhere(() => true)

/** The elements between the stars. */
function parse(pattern: string): readonly (readonly Element[])[] {
  let elements: Element[] = []
  const segments = [elements]
  let position = 0
  while (position < pattern.length) {
    const character = pattern.charAt(position)
    if (character === '*') {
      elements = []
      segments.push(elements)
    } else if (character === '?') {
      elements.push(any)
    } else if (character === '[') {
      const { set, end } = parseClass(pattern, position + 1)
      elements.push(set)
      position = end
    } else if (character === '\\' && position + 1 < pattern.length) {
      position += 1
      elements.push(pattern.charAt(position))
    } else {
      elements.push(character)
    }
    position += 1
  }
  return segments
}

/**
 * Reads what stands behind an opening bracket, by the letter of the server: `]` ends a class even
 * as its first character, the end of the pattern does too, and a backslash there is itself.
 */
function parseClass(pattern: string, start: number): { set: ByteSet; end: number } {
  const negated = pattern[start] === '^'
  const ranges: (readonly [from: number, to: number])[] = []
  let position = negated ? start + 1 : start
  while (position < pattern.length && pattern[position] !== ']') {
    const left = pattern.length - position
    if (pattern[position] === '\\' && left >= 2) position += 1
    else if (pattern[position + 1] === '-' && left >= 3) {
      ranges.push([ordinal(pattern, position), ordinal(pattern, position + 2)])
      position += 3
      continue
    }
    ranges.push([ordinal(pattern, position), ordinal(pattern, position)])
    position += 1
  }
  const set = bytesWhere((byte) =>
    ranges.some(([from, to]) => isBetween(signed(byte), Math.min(from, to), Math.max(from, to))),
  )
  return { set: negated ? complement(set) : set, end: position }
}

function ordinal(pattern: string, position: number): number {
  return signed(pattern.charCodeAt(position))
}

// The server compares what its compiler calls char: on x86 bytes from 128 on come before 0.
function signed(byte: number): number {
  return (byte << 24) >> 24
}

function isBetween(value: number, from: number, to: number): boolean {
  return from <= value && value <= to
}
