import type { Source } from '../../src/discovery/source.ts'
import type { WantedTarget } from '../../src/targets/wanted-target.ts'

/** A source that wants what the test wants. */
export interface ChangingSource<S> extends Source<S> {
  want(...targets: readonly WantedTarget<S>[]): void
  isStopped(): boolean
}

export function changingSource<S>(...first: readonly WantedTarget<S>[]): ChangingSource<S> {
  const listeners = new Set<() => void>()
  let wanted = first
  let isStopped = false
  return {
    name: 'the test',
    wanted: () => wanted,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    state: () => ({ failure: undefined, lastSuccess: 0 }),
    stop() {
      isStopped = true
    },
    want(...targets) {
      wanted = targets
      for (const listener of listeners) listener()
    },
    isStopped: () => isStopped,
  }
}
