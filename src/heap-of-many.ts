import { setInterval } from 'node:timers'
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

const lookMilliseconds = 50

/** Of both halves, of which one is in use at a time. */
const mostBytes = 16 * 1024 * 1024

/** Has V8 hold what many targets need. How the process is started decides how much it may be at most. */
export function fitHeapToMany(): void {
  letYoungGenerationGrow()
  // Else it may grow to several times what is in use, or be collected every few seconds.
  setFlagsFromString('--heap-growing-percent=50')
  // Else our thread marks what is in use turn after turn, which helpers do while it rests.
  setFlagsFromString('--no-incremental-marking-task')
}

/*
 * The bundle keeps the young generation at a mebibyte, where a poll is the only one. Of many that are under way
 * at once most would survive the collections of that, a hundred in a second, and become old garbage. It grows
 * eightfold once: beyond that, as far as V8 allows, it would only take memory.
 */
function letYoungGenerationGrow(): void {
  setFlagsFromString('--semi-space-growth-factor=8')
  const looking = setInterval(() => {
    const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')
    if (young && young.space_size < mostBytes) return
    setFlagsFromString('--semi-space-growth-factor=1')
    clearInterval(looking)
  }, lookMilliseconds)
  looking.unref()
}
