import { isDeepStrictEqual } from 'node:util'
import type { IsOurs } from '../targets/shard.ts'
import type { WantedTarget } from '../targets/wanted-target.ts'
import { inSlices } from '../yielding.ts'

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

/**
 * Decides what to start, stop and change. A target that several sources want runs once, as the first
 * of them has it; one whose name another has already goes by its address, which nobody else can have.
 * That holds for all shards alike; what is ours is chosen after it.
 */
export function planFleet<S extends object>(
  running: readonly WantedTarget<S>[],
  sources: readonly (readonly WantedTarget<S>[])[],
  isOurs: IsOurs = () => true,
): FleetPlan<S> {
  const { wanted, decide, plan } = beginPlan(running, sources, isOurs)
  for (const to of wanted) decide(to)
  return plan
}

/** The same in slices: to compare the settings of thousands takes longer than others can wait. */
export async function planFleetInSlices<S extends object>(
  running: readonly WantedTarget<S>[],
  sources: readonly (readonly WantedTarget<S>[])[],
  isOurs: IsOurs = () => true,
): Promise<FleetPlan<S>> {
  const { wanted, decide, plan } = beginPlan(running, sources, isOurs)
  await inSlices(wanted, decide)
  return plan
}

function beginPlan<S extends object>(
  running: readonly WantedTarget<S>[],
  sources: readonly (readonly WantedTarget<S>[])[],
  isOurs: IsOurs,
) {
  const wanted = new Map<string, WantedTarget<S>>()
  const elsewhere: WantedTarget<S>[] = []
  for (const one of namedApart(firstOfEach(sources.flat())))
    if (isOurs(one.address)) wanted.set(one.address, one)
    else elsewhere.push(one)
  const before = new Map(running.map((one) => [one.address, one]))
  const start: WantedTarget<S>[] = []
  const change: Change<S>[] = []
  const stop = running.filter(({ address }) => !wanted.has(address))
  return {
    wanted: wanted.values(),
    decide(to: WantedTarget<S>): void {
      const from = before.get(to.address)
      if (!from) start.push(to)
      else if (!isSameTarget(from, to)) change.push({ from, to })
    },
    plan: { start, change, stop, elsewhere },
  }
}

/** Whether a target is served as the same one: only then what was known of it may stay. */
export function isServedAlike(one: WantedTarget<unknown>, other: WantedTarget<unknown>): boolean {
  return one.name === other.name && isAlike(one.labels, other.labels)
}

function firstOfEach<S>(all: readonly WantedTarget<S>[]): ReadonlyMap<string, WantedTarget<S>> {
  const first = new Map<string, WantedTarget<S>>()
  for (const one of all) if (!first.has(one.address)) first.set(one.address, one)
  return first
}

function namedApart<S>(wanted: ReadonlyMap<string, WantedTarget<S>>): readonly WantedTarget<S>[] {
  const taken = new Set<string>()
  return [...wanted].map(([address, one]) => {
    const isTaken = one.name !== address && (taken.has(one.name) || wanted.has(one.name))
    const name = isTaken ? address : one.name
    taken.add(name)
    return name === one.name ? one : { ...one, name }
  })
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
