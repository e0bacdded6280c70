import { hasTold } from '../discovery/opened-topology.ts'
import type { Source, SourceState } from '../discovery/source.ts'
import { followChanges, takeSteps } from '../follow-changes.ts'
import type { Log } from '../log.ts'
import type { WalkState } from '../poller/walk-task.ts'
import type { IsOurs } from '../targets/shard.ts'
import type { WantedTarget } from '../targets/wanted-target.ts'
import { inSlices } from '../yielding.ts'
import { beginPlan, type FleetPlan, isServedAlike } from './plan-fleet.ts'
import type { RunningTarget } from './running-target.ts'

export interface FleetOptions<S extends object> {
  /** What the first of them wants counts. */
  readonly sources: readonly Source<S>[]
  readonly start: (wanted: WantedTarget<S>) => RunningTarget<S>
  /** Which of their targets run here, where several exporters share them; all unless given. */
  readonly isOurs?: IsOurs
  readonly log: Log
}

/** All targets that run. */
export interface Fleet {
  /** How the walks of the targets are that have any, in the order of names. */
  walks(): readonly WalkState[]
  /** Polls the targets of these addresses at once, those of them that run. */
  pollNow(addresses: readonly string[]): void
  /**
   * Whether every source has told what it wants, or that it cannot, and what they want now is what
   * runs.
   */
  isComplete(): boolean
  /** Whether that was so once: until then there may be no target at all, and many to come. */
  hasBegun(): boolean
  /** How many targets run here. */
  count(): number
  /** What is wanted and runs in another exporter; the same list until that changes. */
  elsewhere(): readonly Pick<WantedTarget<unknown>, 'name' | 'address'>[]
  sources(): readonly (SourceState & { readonly name: string })[]
  /** Ends all of it; the sources as well. */
  stop(): void
}

/** How many targets one line of the log names. */
const mostNamed = 20

/** Runs the targets that the sources want, and follows them: nothing else starts or stops one. */
export function startFleet<S extends object>(options: FleetOptions<S>): Fleet {
  const { sources, start, isOurs, log } = options
  const running = new Map<string, RunningTarget<S>>()
  let elsewhere: readonly WantedTarget<S>[] = []
  let isOver = false
  let isFirst = true
  let hasBegun = false

  function stopOne({ address }: WantedTarget<S>, what: 'forgotten' | 'kept'): void {
    running.get(address)?.stop(what)
    running.delete(address)
  }

  // One that cannot be started costs no other.
  function startOne(wanted: WantedTarget<S>): void {
    try {
      running.set(wanted.address, start(wanted))
    } catch (err) {
      log.error({ err, target: wanted.name }, 'the target could not be started')
    }
  }

  async function apply(): Promise<void> {
    const all = [...running.values()].map(({ wanted }) => wanted)
    const wanted = sources.map((source) => source.wanted())
    const { steps: planning, plan } = beginPlan(all, wanted, isOurs)
    const taking = takeSteps(planning, Math.max(0, ...wanted.map(({ length }) => length)))
    if (taking) await taking
    elsewhere = plan.elsewhere
    // Whoever starts may have the name of one that stops.
    const steps = [
      ...plan.stop.map((gone) => () => stopOne(gone, 'forgotten')),
      ...plan.change.map(
        ({ from, to }) =>
          () =>
            stopOne(from, isServedAlike(from, to) ? 'kept' : 'forgotten'),
      ),
      ...[...plan.change.map(({ to }) => to), ...plan.start].map((one) => () => startOne(one)),
    ]
    // Those of the first time stand in the line that tells of the start.
    if (!isFirst) logPlan(plan)
    isFirst = false
    // A thousand of them take longer than others can wait.
    await inSlices(steps, (step) => {
      if (!isOver) step()
    })
  }

  function logPlan({ start, stop, change }: FleetPlan<S>): void {
    const changed = change.map(({ to }) => to)
    const named = Object.entries({ started: start, stopped: stop, changed })
      .filter(([, targets]) => targets.length > 0)
      .map(([what, targets]) => [what, namesOf(targets)])
    if (named.length > 0) log.info(Object.fromEntries(named), 'other targets are wanted')
  }

  const changes = followChanges(apply, (err) =>
    log.error({ err }, 'the targets could not be followed'),
  )
  const leave = sources.map((source) => source.onChange(changes.note))
  changes.note()

  // One that never works must not keep the targets of the others from whoever asks.
  const isComplete = () => !changes.isUnderWay() && sources.every(hasTold)

  return {
    walks: () =>
      [...running.values()]
        .flatMap(({ walk }) => walk?.state() ?? [])
        .sort((one, other) => (one.target < other.target ? -1 : 1)),
    pollNow(addresses) {
      for (const address of addresses) running.get(address)?.pollNow()
    },
    isComplete,
    hasBegun() {
      hasBegun ||= isComplete()
      return hasBegun
    },
    count: () => running.size,
    elsewhere: () => elsewhere,
    sources: () => sources.map((source) => ({ name: source.name, ...source.state() })),
    stop() {
      isOver = true
      changes.stop()
      for (const one of leave) one()
      for (const source of sources) source.stop()
      for (const target of running.values()) target.stop('forgotten')
      running.clear()
    },
  }
}

/** The names of targets for a line of the log. */
export function namesOf(targets: readonly { readonly name: string }[]): readonly string[] {
  const names = targets.slice(0, mostNamed).map(({ name }) => name)
  const more = targets.length - names.length
  return more > 0 ? [...names, `and ${more} more`] : names
}
