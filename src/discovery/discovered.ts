import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { WantedTarget } from '../targets/wanted-target.ts'
import type { Source, SourceState } from './source.ts'

export interface DiscoveredOptions<S> {
  readonly name: string
  /** What is wanted as long as nothing is known. */
  readonly seeds: readonly WantedTarget<S>[]
  /** For how long the last answer holds when there is no newer one. */
  readonly maximumAgeMilliseconds: number
  readonly clock: Clock
  readonly log: Log
}

/** What was found, and whether it still holds. */
export interface Discovered<S> extends Pick<Source<S>, 'name' | 'wanted' | 'onChange' | 'state'> {
  /** This is what is wanted now. */
  found(wanted: readonly WantedTarget<S>[]): void
  /** It could not be found out. */
  failed(message: string): void
  /** Whether the last answer still holds. */
  isKnown(): boolean
}

/** Keeps what was found last for a bounded time; tells of changes, and logs them once. */
export function createDiscovered<S>(options: DiscoveredOptions<S>): Discovered<S> {
  const { name, seeds, maximumAgeMilliseconds, clock, log } = options
  const listeners = new Set<() => void>()
  let wanted = seeds
  let foundAt: number | undefined
  let state: SourceState = { failure: undefined, lastSuccess: undefined }

  function change(next: readonly WantedTarget<S>[], nextState: SourceState): void {
    const isOther = !isSameList(wanted, next)
    if (isOther) logChange(next)
    const isOtherState = nextState.failure !== state.failure
    if (isOther) wanted = next
    state = nextState
    if (isOther || isOtherState) for (const listener of [...listeners]) listener()
  }

  function logChange(next: readonly WantedTarget<S>[]): void {
    const [before, after] = [wanted, next].map((all) => new Set(all.map((one) => one.name)))
    const added = next.flatMap((one) => (before?.has(one.name) ? [] : one.name))
    const gone = wanted.flatMap((one) => (after?.has(one.name) ? [] : one.name))
    log.info({ source: name, added: told(added), gone: told(gone) }, 'other targets are wanted')
  }

  return {
    name,
    wanted: () => wanted,
    state: () => state,
    isKnown: () => foundAt !== undefined,
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    found(next) {
      foundAt = clock.monotonic()
      if (state.failure !== undefined) log.info({ source: name }, 'discovery works again')
      change(next, { failure: undefined, lastSuccess: clock.wall() })
    },
    failed(message) {
      const isOver = foundAt !== undefined && clock.monotonic() - foundAt > maximumAgeMilliseconds
      if (isOver) foundAt = undefined
      const failure = `${message}; ${foundAt === undefined ? nothingKnown : lastAnswerHolds}`
      if (failure !== state.failure) log.warn({ source: name }, `discovery failed: ${failure}`)
      change(foundAt === undefined ? seeds : wanted, { ...state, failure })
    },
  }
}

const lastAnswerHolds = 'what was found last is still watched'
const nothingKnown = 'nothing else is watched than what is configured'

const mostTold = 20

function told(names: readonly string[]): readonly string[] {
  const rest = names.length - mostTold
  return rest > 0 ? [...names.slice(0, mostTold), `and ${rest} more`] : names
}

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
