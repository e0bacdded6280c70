import type { Clock } from '../clock.ts'
import type { Source } from '../discovery/source.ts'
import type { Schedule } from '../poller/schedule.ts'
import type { TargetState } from '../poller/target-snapshots.ts'
import { inSlices } from '../yielding.ts'

/** What is known of a target beside its state. */
export interface Watched {
  /** What wants it, such as `addresses`; undefined for one that is on its way out. */
  readonly source: string | undefined
  /** When its next poll is due, in milliseconds since 1970. */
  readonly nextPoll: number | undefined
}

export interface WatchedOptions {
  readonly sources: readonly Pick<Source<unknown>, 'name' | 'wanted'>[]
  readonly schedule: Pick<Schedule, 'due'>
  readonly clock: Clock
}

type Named = Pick<TargetState, 'target' | 'address'>

/** Looks up what is known of targets at this moment, for as many as are asked for. */
export function createWatched(options: WatchedOptions): () => Promise<(state: Named) => Watched> {
  const { sources, schedule, clock } = options
  return async () => {
    const sourceOf = new Map<string, string>()
    // What the first of them wants counts.
    for (const { name, wanted } of sources)
      await inSlices(wanted(), ({ address }) => {
        if (!sourceOf.has(address)) sourceOf.set(address, name)
      })
    return ({ target, address }) => {
      const next = schedule.due(target)
      const ahead = clock.wall() - clock.monotonic()
      return {
        source: sourceOf.get(address),
        nextPoll: next === undefined ? undefined : next + ahead,
      }
    }
  }
}
