import { setInterval } from 'node:timers'
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

const lookMilliseconds = 50

/** Of both halves, of which one is in use at a time. */
const mostBytes = 16 * 1024 * 1024

/**
 * The young generation doubles up to 16 MiB for a process that makes much garbage, as each poll does: it
 * stays as large as it is. Loading the program has it grow once, to 2 MiB: a poll makes about one, and would be
 * collected half done in less. Set here, because this holds however the process is started. Of the flags
 * of V8 few may be set once it runs; others end in a crash.
 */
export function keepYoungGeneration(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
}

/**
 * Of many polls that are under way at once most would survive the collections of that, a hundred in a
 * second, and become old garbage. It grows once: beyond that, as far as V8 allows, it would only take memory.
 */
export function letYoungGenerationGrow(): void {
  const factor = Math.max(1, Math.round(mostBytes / youngBytes()))
  setFlagsFromString(`--semi-space-growth-factor=${factor}`)
  const looking = setInterval(() => {
    if (youngBytes() < mostBytes) return
    keepYoungGeneration()
    clearInterval(looking)
  }, lookMilliseconds)
  looking.unref()
}

function youngBytes(): number {
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')
  return young?.space_size ?? mostBytes
}
