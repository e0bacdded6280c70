import { setInterval } from 'node:timers'
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

/**
 * Holds the young generation of V8 at so many bytes, of one of its two halves, looking at it at intervals. It
 * doubles up to 16 MiB for a process that makes much garbage, as each poll does, and shrinks to 1 MiB when all of the
 * heap is collected while little happens. It grows when enough survived its collections. Of the flags of V8 few
 * may be set once it runs; others end in a crash. These hold however the process is started.
 */
export function holdYoungGeneration(bytes: number, lookMilliseconds: number): void {
  const look = () => {
    const factor = Math.max(1, Math.round(bytes / capacity()))
    setFlagsFromString(`--semi-space-growth-factor=${factor}`)
  }
  look()
  setInterval(look, lookMilliseconds).unref()
}

// The size that V8 tells is that of both halves, of which one may have been given back.
function capacity(): number {
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')
  return young ? young.space_used_size + young.space_available_size : Infinity
}
