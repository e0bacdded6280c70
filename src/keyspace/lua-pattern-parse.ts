import { type ByteSet, bytesWhere } from './byte-set.ts'
import { bracketSet, endOfSet, setAt } from './lua-pattern-set.ts'

/** How often a set of bytes may match: as often as possible, as seldom as possible, or at most once. */
export type Repeat = 'once' | 'greedy' | 'lazy' | 'optional'

/** One step of a pattern. Captures are counted from 0. */
export type Item =
  | { readonly kind: 'set'; readonly set: ByteSet; readonly repeat: Repeat }
  | { readonly kind: 'open' | 'close' | 'position' | 'back'; readonly capture: number }
  | { readonly kind: 'balance'; readonly open: number; readonly close: number }
  | { readonly kind: 'frontier'; readonly set: ByteSet }
  | { readonly kind: 'end' }

/** A pattern that was read. */
export interface ParsedPattern {
  /** Whether it must match from the first byte on. */
  readonly anchored: boolean
  readonly items: readonly Item[]
  readonly captures: number
}

const mostCaptures = 32

const none = bytesWhere(() => false)

// Where a repetition may not follow, its sign is an ordinary character, as `*` is in `(a)*`.
const repeats: Readonly<Record<string, Repeat>> = {
  '*': 'greedy',
  '+': 'greedy',
  '-': 'lazy',
  '?': 'optional',
}

/** Reads a pattern of Lua 5.1, a binary string. Throws at whatever Lua calls an error there. */
export function parseLuaPattern(pattern: string): ParsedPattern {
  const items: Item[] = []
  const captures: ('open' | 'closed' | 'position')[] = []
  const anchored = pattern.startsWith('^')
  let position = anchored ? 1 : 0
  while (position < pattern.length) position = readItem(position)
  if (captures.includes('open')) throw new Error('unfinished capture')
  return { anchored, items, captures: captures.length }

  /** Reads one item; returns where the next one begins. */
  function readItem(start: number): number {
    const isLast = start + 1 === pattern.length
    switch (pattern.charAt(start)) {
      case '(':
        return openCapture(start)
      case ')':
        return closeCapture(start)
      case '$':
        return isLast ? readEnd(start) : readSet(start)
      case '%':
        return readEscape(start, pattern.charAt(start + 1))
      default:
        return readSet(start)
    }
  }

  function readEscape(start: number, letter: string): number {
    if (letter === 'b') return readBalance(start + 2)
    if (letter === 'f') return readFrontier(start + 2)
    return /\d/.test(letter) ? readBackReference(start, Number(letter) - 1) : readSet(start)
  }

  function readEnd(start: number): number {
    items.push({ kind: 'end' })
    return start + 1
  }

  function openCapture(start: number): number {
    const empty = pattern[start + 1] === ')'
    if (captures.length >= mostCaptures) throw new Error('too many captures')
    items.push({ kind: empty ? 'position' : 'open', capture: captures.length })
    captures.push(empty ? 'position' : 'open')
    return start + (empty ? 2 : 1)
  }

  function closeCapture(start: number): number {
    const capture = captures.lastIndexOf('open')
    if (capture < 0) throw new Error('invalid pattern capture')
    items.push({ kind: 'close', capture })
    captures[capture] = 'closed'
    return start + 1
  }

  function readBalance(start: number): number {
    if (start + 2 > pattern.length) throw new Error('unbalanced pattern')
    const [open, close] = [pattern.charCodeAt(start), pattern.charCodeAt(start + 1)]
    items.push({ kind: 'balance', open, close })
    return start + 2
  }

  function readFrontier(start: number): number {
    if (pattern[start] !== '[') throw new Error("missing '[' after '%f' in pattern")
    const end = endOfSet(pattern, start)
    items.push({ kind: 'frontier', set: bracketSet(pattern, start, end - 1) })
    return end
  }

  function readBackReference(start: number, capture: number): number {
    const state = captures[capture]
    if (state === undefined || state === 'open') throw new Error('invalid capture index')
    // A position is no text: Lua gives it a length that never fits.
    items.push(
      state === 'position' ? { kind: 'set', set: none, repeat: 'once' } : { kind: 'back', capture },
    )
    return start + 2
  }

  function readSet(start: number): number {
    const end = endOfSet(pattern, start)
    const set = setAt(pattern, start, end)
    const sign = pattern.charAt(end)
    const repeat = repeats[sign]
    if (sign === '+' || repeat === undefined) items.push({ kind: 'set', set, repeat: 'once' })
    if (repeat !== undefined) items.push({ kind: 'set', set, repeat })
    return repeat === undefined ? end : end + 1
  }
}
