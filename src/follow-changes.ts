import { inSlices } from './yielding.ts'

/** Follows what changes, one change after the other. */
export interface FollowedChanges {
  /** Something changed: what changes while the last change is followed is followed after it. */
  note(): void
  isUnderWay(): boolean
  /** Nothing is followed after this; what is under way is for whoever follows to end. */
  stop(): void
}

/** `follow` makes what is there fit what is wanted by then; `onFailure` is told where that fails. */
export function followChanges(
  follow: () => Promise<void>,
  onFailure: (error: unknown) => void,
): FollowedChanges {
  let isUnderWay = false
  let isOutdated = false
  let isStopped = false

  async function followAll(): Promise<void> {
    isOutdated = true
    if (isUnderWay) return
    isUnderWay = true
    try {
      while (isOutdated && !isStopped) {
        isOutdated = false
        await follow()
      }
    } finally {
      isUnderWay = false
    }
  }

  return {
    note: () => void followAll().catch(onFailure),
    isUnderWay: () => isUnderWay,
    stop() {
      isStopped = true
    },
  }
}

/** Compared within a millisecond or two, whatever they are. */
const mostAtOnce = 50

/**
 * Takes steps that concern so many: at once where these are few, before anything else can happen, else
 * in slices. Gives back what to wait for, if anything.
 */
export function takeSteps(steps: Iterable<undefined>, count: number): Promise<void> | undefined {
  if (count > mostAtOnce) return inSlices(steps, () => undefined)
  for (const _ of steps);
  return undefined
}
