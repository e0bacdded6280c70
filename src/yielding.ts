import { setImmediate } from 'node:timers'
import { createRestingScope } from './resting-scope.ts'

// Who asks meanwhile waits for one at most, and whatever of a turn is no part of it; a turn of the event loop
// costs a twenty-fifth of it.
const sliceMilliseconds = 0.5

/*
 * All that works in slices shares one slice for each turn of the event loop, of which a process has
 * one: twenty that took a slice each would hold a turn for twenty slices.
 */
let sliceEnd = 0
let isOpen = false
/** Those that wait for one, by the place of what they are a part of. */
const ofWanted = new Map<number, (() => void)[]>()
const others: (() => void)[] = []
let isTurnOfOthers = false

/** Whether something is still wanted; an AbortSignal tells it too. */
export interface Wanted {
  /** Throws the reason once it is not. */
  throwIfAborted(): void
}

// What is done for somebody carries whether it is still wanted: through all that works in slices.
const wanted = createRestingScope<{ readonly by: Wanted; readonly place: number }>()
let begun = 0

/**
 * Runs work for as long as it is wanted: after that, whatever of it works in slices
 * rejects with the reason in place of its next slice. Else what was given up would take slices from
 * what comes after it, and pile up where it takes longer than what gives it up.
 *
 * What began first has its slices first: hundreds of polls that all began, as after a pause of the machine,
 * end one after the other. If they took turns, none would end before its deadline.
 */
export function whileWanted<T>(signal: Wanted, work: () => T): T {
  begun += 1
  return wanted.run({ by: signal, place: begun }, work)
}

/** Visits items in slices of time; between them the event loop turns, so nobody waits long. */
export async function inSlices<T>(items: Iterable<T>, visit: (item: T) => void): Promise<void> {
  await startInSlices(items, visit)
}

/**
 * The same for what mostly fits into the slice of this turn: undefined where it did. Each promise costs
 * as much as a visit, and more where it is known for whose sake it is made.
 */
export function startInSlices<T>(
  items: Iterable<T>,
  visit: (item: T) => void,
): Promise<void> | undefined {
  openSlice()
  const left = items[Symbol.iterator]()
  return isDoneInSlice(left, visit) ? undefined : goOnInSlices(left, visit)
}

function isDoneInSlice<T>(left: Iterator<T>, visit: (item: T) => void): boolean {
  for (let next = left.next(); !next.done; next = left.next()) {
    visit(next.value)
    if (performance.now() >= sliceEnd) return false
  }
  return true
}

async function goOnInSlices<T>(left: Iterator<T>, visit: (item: T) => void): Promise<void> {
  do {
    await nextWanted()
  } while (!isDoneInSlice(left, visit))
}

/** Resolves when there is time for more: at once, or with the next slice where this one is used up. */
export async function timeForMore(): Promise<void> {
  if (isSliceOver()) await nextWanted()
}

async function nextWanted(): Promise<void> {
  await nextSlice()
  wanted.value()?.by.throwIfAborted()
}

/** Whether the slice of this turn is used up: what is left to do waits for the next one. */
export function isSliceOver(): boolean {
  openSlice()
  return performance.now() >= sliceEnd
}

function openSlice(atNext: () => void = endWithNext): void {
  if (isOpen) return
  isOpen = true
  sliceEnd = performance.now() + sliceMilliseconds
  setImmediate(atNext)
}

// What arrives is looked at before the immediates of the same turn, to which its slice belongs as well.
function endWithNext(): void {
  setImmediate(turn)
}

/** Resolves with a slice in a later turn. */
export function nextSlice(): Promise<void> {
  const place = wanted.value()?.place
  return new Promise((resolve) => {
    waitersAt(place).push(resolve)
    // Nothing was done in that of this turn where none is open.
    openSlice(turn)
  })
}

function waitersAt(place: number | undefined): (() => void)[] {
  if (place === undefined) return others
  const known = ofWanted.get(place)
  if (known) return known
  const waiters: (() => void)[] = []
  ofWanted.set(place, waiters)
  return waiters
}

/** The next of those that began first. */
function firstOfWanted(): (() => void) | undefined {
  let first = Infinity
  for (const place of ofWanted.keys()) if (place < first) first = place
  const waiters = ofWanted.get(first) ?? []
  const next = waiters.shift()
  if (waiters.length === 0) ofWanted.delete(first)
  return next
}

/** Who is a part of nothing that began at some time has every second slice. */
function nextWaiting(): (() => void) | undefined {
  isTurnOfOthers = !isTurnOfOthers
  return isTurnOfOthers ? (others.shift() ?? firstOfWanted()) : (firstOfWanted() ?? others.shift())
}

// One of those that wait goes on in each turn: together they may do more than fits into it.
function turn(): void {
  isOpen = false
  const next = nextWaiting()
  if (next === undefined) return
  openSlice(turn)
  next()
}
