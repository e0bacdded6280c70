import { setFlagsFromString } from 'node:v8'
import { holdYoungGeneration } from './young-generation.ts'

/*
 * What V8 is told of its heap, which holds however the process is started. How it is started decides how much
 * the heap may be at most.
 */

/** Has V8 hold what one target needs, or what many do, as a walk without a budget does. */
export function fitHeap(isOne: boolean, { scanMaxLoad }: { readonly scanMaxLoad: number }): void {
  // A poll makes about a mebibyte: in less than two it would be collected half done.
  if (isOne && scanMaxLoad > 0) holdYoungGeneration(2 * 2 ** 20, 1000)
  else fitHeapToMany()
}

function fitHeapToMany(): void {
  // Of many polls that are under way at once most would survive the collections of less, a hundred in a second.
  holdYoungGeneration(8 * 2 ** 20, 50)
  // Else it may grow to several times what is in use, or be collected every few seconds.
  setFlagsFromString('--heap-growing-percent=50')
  // Else our thread marks what is in use turn after turn, which helpers do while it rests.
  setFlagsFromString('--no-incremental-marking-task')
}
