import type { TargetState } from '../poller/target-snapshots.ts'

/** What is shown of targets where there may be thousands. */
export interface ShownTargets {
  /** All of a few; of many, the first that are not up. */
  readonly shown: readonly TargetState[]
  /** How many are in which state; undefined where all are shown. */
  readonly counts: Readonly<Partial<Record<TargetState['state'], number>>> | undefined
}

/** How many people read in one go, and how many a probe may cost. */
export const mostShown = 20

export function shownTargets(states: readonly TargetState[]): ShownTargets {
  if (states.length <= mostShown) return { shown: states, counts: undefined }
  const counts: Partial<Record<TargetState['state'], number>> = {}
  for (const { state } of states) counts[state] = (counts[state] ?? 0) + 1
  const failing = states.filter(({ state }) => state !== 'up')
  return { shown: failing.slice(0, mostShown), counts }
}
