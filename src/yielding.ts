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

/** Visits items in slices of time; between them the event loop turns, so nobody waits long. */
export async function inSlices<T>(items: Iterable<T>, visit: (item: T) => void): Promise<void> {
  openSlice()
  for (const item of items) {
    visit(item)
    if (performance.now() >= sliceEnd) await nextSlice()
  }
}

function openSlice(): void {
  if (isOpen) return
  isOpen = true
  sliceEnd = performance.now() + sliceMilliseconds
  setImmediate(turn)
}

/** Resolves with a slice in a later turn, in the order in which they were asked for. */
function nextSlice(): Promise<void> {
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
