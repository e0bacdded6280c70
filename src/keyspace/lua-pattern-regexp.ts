import type { ByteSet } from './byte-set.ts'
import type { Item, ParsedPattern } from './lua-pattern-parse.ts'

// Longer ones are rare, and the engine refuses what is much too long.
const mostItems = 256

/**
 * A regular expression that matches the same with the same captures; undefined where there is none.
 * Lua repeats single bytes only and tries ways in the same order, so nothing else needs minding.
 */
export function regExpOf({ anchored, items }: ParsedPattern): RegExp | undefined {
  const sources = items.length > mostItems ? [undefined] : items.map(sourceOf)
  if (sources.includes(undefined)) return undefined
  return new RegExp(`${anchored ? '^' : ''}${sources.join('')}`, 's')
}

const signs = { once: '', greedy: '*', lazy: '*?', optional: '?' } as const

function sourceOf(item: Item): string | undefined {
  switch (item.kind) {
    case 'set':
      return `${setSource(item.set)}${signs[item.repeat]}`
    case 'open':
      return '('
    case 'close':
      return ')'
    case 'back':
      return `(?:\\${item.capture + 1})`
    case 'frontier':
      return frontierSource(item.set)
    case 'end':
      return '$'
    case 'position':
    case 'balance':
      return undefined
  }
}

/** Before the first byte and behind the last one Lua sees a byte 0. */
function frontierSource(set: ByteSet): string {
  const inside = setSource(set)
  const outside = `[^${rangesSource(set)}]`
  return set[0] === 1 ? `(?<=${outside})(?!${outside})` : `(?<!${inside})(?=${inside})`
}

function setSource(set: ByteSet): string {
  return set.includes(0) ? `[${rangesSource(set)}]` : '.'
}

function rangesSource(set: ByteSet): string {
  let source = ''
  let from = set.indexOf(1)
  while (from >= 0) {
    const end = set.indexOf(0, from)
    const to = (end < 0 ? set.length : end) - 1
    source += `${byteSource(from)}-${byteSource(to)}`
    from = set.indexOf(1, to + 1)
  }
  return source
}

function byteSource(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`
}
