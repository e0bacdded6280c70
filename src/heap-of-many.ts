import { setFlagsFromString } from 'node:v8'
import { letYoungGenerationGrow } from './young-generation.ts'

/** Has V8 hold what many targets need. How the process is started decides how much it may be at most. */
export function fitHeapToMany(): void {
  letYoungGenerationGrow()
  // Else it may grow to several times what is in use, or be collected every few seconds.
  setFlagsFromString('--heap-growing-percent=50')
  // Else our thread marks what is in use turn after turn, which helpers do while it rests.
  setFlagsFromString('--no-incremental-marking-task')
}
