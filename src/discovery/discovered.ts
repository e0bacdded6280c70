import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { WantedTarget } from '../targets/wanted-target.ts'
import type { Source, SourceState } from './source.ts'

export interface DiscoveredOptions<S> {
  readonly name: string
  /** What is wanted when nothing can be found out; nothing is before that is known. */
  readonly seeds: readonly WantedTarget<S>[]
  /** For how long the last answer holds once it cannot be had anew. */
  readonly maximumAgeMilliseconds: number
  /** What another one found that this one takes the place of. */
  readonly before?: Finding<S> | undefined
  readonly clock: Clock
  readonly log: Log
}

/** What was found last. */
export interface Finding<S> {
  readonly wanted: readonly WantedTarget<S>[]
  /** When, by the monotonic clock; undefined where it holds no more, or nothing was found yet. */
  readonly foundAt: number | undefined
  /** Since when it cannot be found out anew, by the same clock; undefined where it can. */
  readonly failedAt: number | undefined
  readonly state: SourceState
}

/** What was found, and whether it still holds. */
export interface Discovered<S> extends Pick<Source<S>, 'name' | 'wanted' | 'onChange' | 'state'> {
  /** This is what is wanted now. */
  found(wanted: readonly WantedTarget<S>[]): void
  /** This is wanted, though not all of it could be found out anew. */
  foundInPart(wanted: readonly WantedTarget<S>[], failure: string): void
  /** What was found holds no more. */
  lost(message: string): void
  /** It could not be found out; what was found last holds for a while. */
  failed(message: string): void
  /** What was found last, or what is configured: whom to ask. */
  known(): readonly WantedTarget<S>[]
  /** Whether the last answer still holds. */
  isKnown(): boolean
  finding(): Finding<S>
}

/** Keeps what was found last for a bounded time; tells of changes, and logs failures once. */
export function createDiscovered<S>(options: DiscoveredOptions<S>): Discovered<S> {
  const { name, seeds, maximumAgeMilliseconds, clock, log } = options
  const listeners = new Set<() => void>()
  let { wanted, foundAt, failedAt, state } = options.before ?? nothingFound

  function change(next: readonly WantedTarget<S>[], nextState: SourceState): void {
    const isOther = !isSameList(wanted, next)
    const isOtherState = nextState.failure !== state.failure
    if (isOther) wanted = next
    state = nextState
    if (isOther || isOtherState) for (const listener of [...listeners]) listener()
  }

  function fail(next: readonly WantedTarget<S>[], failure: string): void {
    if (failure !== state.failure) log.warn({ source: name }, `discovery failed: ${failure}`)
    change(next, { ...state, failure })
  }

  function lost(message: string): void {
    foundAt = undefined
    fail(seeds, `${message}; ${nothingKnown}`)
  }

  return {
    name,
    wanted: () => wanted,
    known: () => (foundAt === undefined ? seeds : wanted),
    state: () => state,
    isKnown: () => foundAt !== undefined,
    finding: () => ({ wanted, foundAt, failedAt, state }),
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    found(next) {
      foundAt = clock.monotonic()
      failedAt = undefined
      if (state.failure !== undefined) log.info({ source: name }, 'discovery works again')
      change(next, { failure: undefined, lastSuccess: clock.wall() })
    },
    foundInPart(next, failure) {
      foundAt = clock.monotonic()
      failedAt = undefined
      fail(next, failure)
    },
    lost,
    failed(message) {
      const now = clock.monotonic()
      failedAt ??= now
      // Not from when it was found: a poll interval may be longer than that, and one failure ends nothing.
      const isOver = foundAt === undefined || now - failedAt > maximumAgeMilliseconds
      if (isOver) lost(message)
      else fail(wanted, `${message}; ${lastAnswerHolds}`)
    },
  }
}

const nothingFound: Finding<never> = {
  wanted: [],
  foundAt: undefined,
  failedAt: undefined,
  state: { failure: undefined, lastSuccess: undefined },
}

/** Follows what failed, where nothing is lost by it yet. */
export const lastAnswerHolds = 'what was found last is still watched'
const nothingKnown = 'nothing else is watched than what is configured'

// Discovery gives every target anew, of the same seeds.
function isSameList<S>(one: readonly WantedTarget<S>[], other: readonly WantedTarget<S>[]) {
  const isSame = (target: WantedTarget<S>, index: number) => {
    const before = other[index]
    return (
      before?.address === target.address &&
      before.settings === target.settings &&
      before.labels === target.labels &&
      before.login.from === target.login.from
    )
  }
  return one.length === other.length && one.every(isSame)
}
