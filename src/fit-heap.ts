import { setFlagsFromString } from 'node:v8'
import { holdYoungGeneration } from './young-generation.ts'

/*
 * What V8 is told of its heap, which holds however the process is started. How it is started decides how much
 * the heap may be at most.
 */

/**
 * Has V8 hold what one target needs, or what many do, as a walk without a budget does. To be called when all of
 * Node.js that a start needs is loaded: it takes the code that it was built with only while the flags of V8 are as
 * they were then, and compiles a module anew after that.
 */
export function fitHeap(isOne: boolean, { scanMaxLoad }: { readonly scanMaxLoad: number }): void {
  collectYoungByOneThread()
  bearNothingOld()
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

// So little is collected by one thread before others have begun to help, which takes their time and ours.
function collectYoungByOneThread(): void {
  setFlagsFromString('--no-parallel-scavenge')
}

/*
 * V8 makes at once in the old generation what is made where most of it used to survive, as do the lists and
 * objects of a poll, which a collection finds in use. When the poll is over, they keep all that they refer to,
 * texts of thousands of series, until the old generation is collected: two thirds of what survived were of that
 * kind. And each time that it was collected, V8 found out, and compiled what makes them anew.
 */
function bearNothingOld(): void {
  setFlagsFromString('--no-allocation-site-pretenuring')
}
