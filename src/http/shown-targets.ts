import type { Judged, TargetState } from '../poller/target-snapshots.ts'

/** What is shown of targets where there may be thousands. */
export interface ShownTargets {
  /** All of a few; of many, the first that are not up. */
  readonly shown: readonly TargetState[]
  /** How many are in which state; undefined where all are shown. */
  readonly counts: Readonly<Partial<Record<TargetState['state'], number>>> | undefined
}

/** How many people read in one go, and how many a probe may cost. */
export const mostShown = 20

/** Of thousands, hardly any is told of: which state each is in is looked at alone. */
export function shownTargets(targets: readonly Judged[]): ShownTargets {
  if (targets.length <= mostShown)
    return { shown: targets.map((one) => one.state()), counts: undefined }
  const counts: Partial<Record<TargetState['state'], number>> = {}
  const failing: TargetState[] = []
  for (const one of targets) {
    const state = one.stateName()
    counts[state] = (counts[state] ?? 0) + 1
    if (state !== 'up' && failing.length < mostShown) failing.push(one.state())
  }
  return { shown: failing, counts }
}
