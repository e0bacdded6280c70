import type { ByteSet } from './byte-set.ts'
import type { Item, ParsedPattern } from './lua-pattern-parse.ts'

/** The ways that may be tried on one key where no step is counted: a few milliseconds. */
const mostWays = 1_000_000

/**
 * The length up to which a subject can be matched without remembering what failed. Each repetition
 * that can end at several bytes multiplies the ways by the length: `(.*):(.*)` on a long key without
 * a colon would hold up everything else.
 */
export function harmlessLength({ anchored, items }: ParsedPattern): number {
  const repeated = items.filter((item) => item.kind === 'set' && isRepeated(item))
  const loose = items.filter((item, index) => isRepeated(item) && isLoose(items, index))
  const scans = repeated.length > loose.length || items.some(({ kind }) => kind === 'back')
  const choices = items.filter((item) => item.kind === 'set' && item.repeat === 'optional')
  const factors = loose.length + (anchored ? 0 : 1) + (scans ? 1 : 0)
  let ways = mostWays / 2 ** choices.length
  for (let factor = 2; factor <= factors; factor++) ways *= factor
  return factors === 0 ? ways : ways ** (1 / factors)
}

function isRepeated(item: Item): boolean {
  return item.kind === 'set' && (item.repeat === 'greedy' || item.repeat === 'lazy')
}

/** Whether more than one end of a repetition can lead on: not in `[^:]*:`. */
function isLoose(items: readonly Item[], index: number): boolean {
  const item = items[index]
  const next = items.slice(index + 1).find(({ kind }) => kind !== 'open' && kind !== 'close')
  if (next === undefined || next.kind === 'end') return false
  const apart = item?.kind === 'set' && next.kind === 'set' && areDisjoint(item.set, next.set)
  return !apart || next.repeat !== 'once'
}

function areDisjoint(one: ByteSet, other: ByteSet): boolean {
  return !one.some((isIn, byte) => isIn === 1 && other[byte] === 1)
}
