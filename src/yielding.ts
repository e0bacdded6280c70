import { AsyncLocalStorage } from 'node:async_hooks'
import { setImmediate } from 'node:timers'

// Short against the 20 ms for which scrapes may wait, long against what a turn costs.
const sliceMilliseconds = 4

/*
 * All that works in slices shares one slice for each turn of the event loop, of which a process has
 * one: twenty that took a slice each would hold a turn for twenty slices.
 */
let sliceEnd = 0
let isOpen = false
const waiting: (() => void)[] = []

/** Whether something is still wanted; an AbortSignal tells it too. */
export interface Wanted {
  /** Throws the reason once it is not. */
  throwIfAborted(): void
}

// What is done for somebody carries whether it is still wanted: through all that works in slices.
const wanted = new AsyncLocalStorage<Wanted>()

/**
 * Runs work for as long as it is wanted: after that, whatever of it works in slices
 * rejects with the reason in place of its next slice. Else what was given up would take slices from
 * what comes after it, and pile up where it takes longer than what gives it up.
 */
export function whileWanted<T>(signal: Wanted, work: () => T): T {
  return wanted.run(signal, work)
}

/** Visits items in slices of time; between them the event loop turns, so nobody waits long. */
export async function inSlices<T>(items: Iterable<T>, visit: (item: T) => void): Promise<void> {
  openSlice()
  for (const item of items) {
    visit(item)
    if (performance.now() < sliceEnd) continue
    await nextSlice()
    wanted.getStore()?.throwIfAborted()
  }
}

/** Whether the slice of this turn is used up: what is left to do waits for the next one. */
export function isSliceOver(): boolean {
  openSlice()
  return performance.now() >= sliceEnd
}

function openSlice(): void {
  if (isOpen) return
  isOpen = true
  sliceEnd = performance.now() + sliceMilliseconds
  setImmediate(turn)
}

/** Resolves with a slice in a later turn, in the order in which they were asked for. */
export function nextSlice(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve)
    openSlice()
  })
}

// One of those that wait goes on in each turn: together they may do more than fits into it.
function turn(): void {
  isOpen = false
  const next = waiting.shift()
  if (next === undefined) return
  openSlice()
  next()
}
