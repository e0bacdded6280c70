import type { Item, ParsedPattern } from './lua-pattern-parse.ts'

/** Steps after which a match is given up: some tenths of a second. */
const mostSteps = 10_000_000

/** The states that are remembered for one subject at most, a byte each. */
const mostStates = 16_000_000

/** What is known while one subject is matched. */
interface Run {
  readonly items: readonly Item[]
  readonly subject: string
  /** Where captures begin and end; a position has no end. */
  readonly from: number[]
  readonly to: number[]
  /** Ways that are still open, two numbers each: an item and where it is to be tried. */
  readonly open: number[]
  /** 1 for each item and place that were tried in vain. */
  readonly tried: Uint8Array | undefined
  steps: number
}

/**
 * Looks for a pattern by trying one way after the other, in the order of Lua. Returns the captures,
 * or undefined when nothing matches.
 *
 * An item that failed at a place would fail there again, so that is remembered and the time grows
 * with the length of the subject times that of the pattern. Only with back references, for which
 * this does not hold, and with balanced pairs it can grow faster: what takes too many steps counts
 * as no match.
 */
export function matchLuaPattern(
  { anchored, items, captures }: ParsedPattern,
  subject: string,
): readonly string[] | undefined {
  const tried = memoryFor(items, subject)
  const run: Run = { items, subject, from: [], to: [], open: [], tried, steps: 0 }
  const lastStart = anchored ? 0 : subject.length
  for (let start = 0; start <= lastStart && run.steps < mostSteps; start++) {
    if (matchesAt(run, start)) {
      return Array.from({ length: captures }, (_, capture) => textOf(run, capture))
    }
  }
  return undefined
}

function memoryFor(items: readonly Item[], subject: string): Uint8Array | undefined {
  const states = items.length * (subject.length + 1)
  const dependsOnCaptures = items.some(({ kind }) => kind === 'back')
  return dependsOnCaptures || states > mostStates ? undefined : new Uint8Array(states)
}

function textOf({ subject, from, to }: Run, capture: number): string {
  const start = from[capture] ?? 0
  const end = to[capture]
  return end === undefined ? String(start + 1) : subject.slice(start, end)
}

function matchesAt(run: Run, start: number): boolean {
  let index = 0
  let at = start
  while (run.steps < mostSteps) {
    run.steps += 1
    const item = run.items[index]
    if (item === undefined) return true
    const next = advance(run, item, index, at)
    if (next >= 0) {
      // A greedy item that took a byte comes again.
      if (next === at || !isGreedy(item)) index += 1
      at = next
    } else {
      at = run.open.pop() ?? -1
      index = run.open.pop() ?? -1
      if (index < 0) return false
    }
  }
  return false
}

function isGreedy(item: Item): boolean {
  return item.kind === 'set' && item.repeat === 'greedy'
}

/** Where the subject goes on behind an item, or less than 0 when the item does not match. */
function advance(run: Run, item: Item, index: number, at: number): number {
  const { subject } = run
  switch (item.kind) {
    case 'set':
      if (item.repeat === 'once') return item.set[subject.charCodeAt(at)] === 1 ? at + 1 : -1
      return repeat(run, item, index, at)
    case 'open':
    case 'position':
      run.from[item.capture] = at
      return at
    case 'close':
      run.to[item.capture] = at
      return at
    case 'back':
      return behindCopy(run, item.capture, at)
    case 'balance':
      return behindBalance(run, item.open, item.close, at)
    case 'frontier':
      return item.set[byteAt(subject, at - 1)] === 0 && item.set[byteAt(subject, at)] === 1
        ? at
        : -1
    case 'end':
      return at === subject.length ? at : -1
  }
}

function repeat(run: Run, item: Item & { kind: 'set' }, index: number, at: number): number {
  if (run.tried !== undefined) {
    const state = index * (run.subject.length + 1) + at
    if (run.tried[state] === 1) return -1
    run.tried[state] = 1
  }
  if (item.set[run.subject.charCodeAt(at)] !== 1) return at
  if (item.repeat === 'lazy') {
    run.open.push(index, at + 1)
    return at
  }
  run.open.push(index + 1, at)
  return at + 1
}

function behindCopy(run: Run, capture: number, at: number): number {
  const text = textOf(run, capture)
  run.steps += text.length
  return run.subject.startsWith(text, at) ? at + text.length : -1
}

function behindBalance(run: Run, open: number, close: number, start: number): number {
  if (run.subject.charCodeAt(start) !== open) return -1
  let depth = 1
  let at = start + 1
  for (; at < run.subject.length && depth > 0; at++) {
    const byte = run.subject.charCodeAt(at)
    // The closing byte is asked for first: it may be the opening one as well.
    if (byte === close) depth -= 1
    else if (byte === open) depth += 1
  }
  run.steps += at - start
  return depth === 0 ? at : -1
}

/** Before the first byte and behind the last one Lua sees a byte 0. */
function byteAt(subject: string, at: number): number {
  return at < 0 || at >= subject.length ? 0 : subject.charCodeAt(at)
}
