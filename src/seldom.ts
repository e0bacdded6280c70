import type { Clock } from './clock.ts'

const pauseMilliseconds = 60_000

/**
 * Bounds what is told of what may happen with every request: once in a minute for each kind. Gives how
 * many were left out before; undefined where nothing is to be told now.
 */
export function createSeldom(
  clock: Pick<Clock, 'monotonic'>,
): (kind: string) => number | undefined {
  const told = new Map<string, { readonly at: number; untold: number }>()
  return (kind) => {
    const last = told.get(kind)
    const at = clock.monotonic()
    if (last && at - last.at < pauseMilliseconds) {
      last.untold += 1
      return undefined
    }
    told.set(kind, { at, untold: 0 })
    return last?.untold ?? 0
  }
}
