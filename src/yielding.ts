import { setImmediate as nextTurn } from 'node:timers/promises'

// Short against the 20 ms for which scrapes may wait, long against what a turn costs.
const sliceMilliseconds = 4

/** Visits items in slices of time; between them the event loop turns, so nobody waits long. */
export async function inSlices<T>(items: Iterable<T>, visit: (item: T) => void): Promise<void> {
  let end = performance.now() + sliceMilliseconds
  for (const item of items) {
    visit(item)
    if (performance.now() < end) continue
    await nextTurn()
    end = performance.now() + sliceMilliseconds
  }
}
