import { isDeepStrictEqual } from 'node:util'
import type { IsOurs } from '../targets/shard.ts'
import type { WantedTarget } from '../targets/wanted-target.ts'

/** What is to be done so that the targets that are wanted run, and no others. */
export interface FleetPlan<S> {
  readonly start: readonly WantedTarget<S>[]
  readonly stop: readonly WantedTarget<S>[]
  readonly change: readonly Change<S>[]
  /** What is wanted, and another shard has. */
  readonly elsewhere: readonly WantedTarget<S>[]
}

export interface Change<S> {
  readonly from: WantedTarget<S>
  readonly to: WantedTarget<S>
}

/** A plan that is whole when all steps of it were taken. */
export interface BegunPlan<S> {
  readonly steps: Iterable<undefined>
  readonly plan: FleetPlan<S>
}

/**
 * Decides what to start, stop and change. A target that several sources want runs once, as the first
 * of them has it; one whose name another has already goes by its address, which nobody else can have.
 * That holds for all shards alike; what is ours is chosen after it. In steps, since of thousands of
 * targets it takes longer than others can wait.
 */
export function beginPlan<S extends object>(
  running: readonly WantedTarget<S>[],
  sources: readonly (readonly WantedTarget<S>[])[],
  isOurs: IsOurs = () => true,
): BegunPlan<S> {
  const start: WantedTarget<S>[] = []
  const stop: WantedTarget<S>[] = []
  const change: Change<S>[] = []
  const elsewhere: WantedTarget<S>[] = []

  function* steps(): Generator<undefined> {
    const first = new Map<string, WantedTarget<S>>()
    yield* each(sources.flat(), (one) => {
      if (!first.has(one.address)) first.set(one.address, one)
    })
    const before = new Map(running.map((one) => [one.address, one]))
    const ours = new Set<string>()
    const named = createNames(first)
    yield* each(first.values(), (one) => decide(named(one), before.get(one.address), ours))
    yield* each(running, (one) => {
      if (!ours.has(one.address)) stop.push(one)
    })
  }

  function decide(to: WantedTarget<S>, from: WantedTarget<S> | undefined, ours: Set<string>) {
    if (!isOurs(to.address)) {
      elsewhere.push(to)
      return
    }
    ours.add(to.address)
    if (!from) start.push(to)
    else if (!isSameTarget(from, to)) change.push({ from, to })
  }

  return { steps: steps(), plan: { start, change, stop, elsewhere } }
}

function* each<T>(items: Iterable<T>, visit: (item: T) => void): Generator<undefined> {
  for (const item of items) {
    visit(item)
    yield
  }
}

/** The whole plan at once. */
export function planFleet<S extends object>(...of: Parameters<typeof beginPlan<S>>): FleetPlan<S> {
  const { steps, plan } = beginPlan(...of)
  for (const _ of steps);
  return plan
}

/** Whether a target is served as the same one: only then what was known of it may stay. */
export function isServedAlike(one: WantedTarget<unknown>, other: WantedTarget<unknown>): boolean {
  return one.name === other.name && isAlike(one.labels, other.labels)
}

/** Names all of these apart, asked for in their order. */
function createNames<S>(wanted: ReadonlyMap<string, WantedTarget<S>>) {
  const taken = new Set<string>()
  return (one: WantedTarget<S>): WantedTarget<S> => {
    const { address } = one
    const isTaken = one.name !== address && (taken.has(one.name) || wanted.has(one.name))
    const name = isTaken ? address : one.name
    taken.add(name)
    return name === one.name ? one : { ...one, name }
  }
}

// Two logins from the same place are the same, though what reads them was made anew.
function isSameTarget<S extends object>(one: WantedTarget<S>, other: WantedTarget<S>): boolean {
  if (one === other) return true
  return (
    isServedAlike(one, other) &&
    one.database === other.database &&
    one.login.from === other.login.from &&
    isAlike(one.endpoint, other.endpoint) &&
    isAlike(one.settings, other.settings)
  )
}

// Of a hundred settings most are numbers and texts, and there may be thousands of targets.
function isAlike(one: object, other: object): boolean {
  if (one === other) return true
  const [entries, others] = [Object.entries(one), new Map(Object.entries(other))]
  return (
    entries.length === others.size &&
    entries.every(([key, value]) => {
      const beside = others.get(key)
      return Object.is(value, beside) || (others.has(key) && isSameData(value, beside))
    })
  )
}

// What a function does follows from what stands beside it, as that of a pattern from its source.
function isSameData(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(withoutFunctions(one), withoutFunctions(other))
}

function withoutFunctions(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).filter(([, one]) => typeof one !== 'function'))
}
