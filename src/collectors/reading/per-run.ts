import type { Info } from '../../redis/info.ts'
import { isSameRun, type ServerRun, serverRun } from '../../redis/server-run.ts'

/** What a collector remembers of a server, for as long as that runs. */
export interface PerRun<T> {
  /** What is remembered of the run that was met last, before INFO tells whether it is still that. */
  last(): T
  /** What is remembered of the run that an INFO tells of. */
  of(info: Info, unixSeconds: number): T
  /** Forgets it: a server was met of which nothing of the kind is known. */
  forget(): void
}

/**
 * Remembers something of the run of a server that was met last. Whenever another one answers it is
 * made anew, also for one that was met before: what came meanwhile is not known, so to go on from
 * there would be a leap.
 */
export function perRun<T>(create: () => T): PerRun<T> {
  // Made when it is first asked for: most collectors of thousands of targets never do.
  let state: { readonly of: T } | undefined
  let known: ServerRun | undefined
  function last(): T {
    state ??= { of: create() }
    return state.of
  }
  return {
    last,
    of(info, unixSeconds) {
      const run = serverRun(info, unixSeconds * 1e3)
      if (known && !isSameRun(known, run)) state = undefined
      known = run
      return last()
    },
    forget() {
      state = undefined
      known = undefined
    },
  }
}
