import type { WantedTarget } from '../targets/wanted-target.ts'
import type { ClusterNodes } from './cluster-nodes.ts'
import type { Lead } from './leads.ts'
import type { SentinelMembers } from './sentinel-members.ts'
import type { Source, SourceState } from './source.ts'

/** Of how many topologies it is told why they fail. */
const mostTold = 20

/** A topology that is followed. */
export type Opened<S> = Lead<S> & {
  readonly cluster: ClusterNodes<S> | undefined
  readonly sentinel: SentinelMembers<S> | undefined
}

/** What finds out who belongs to it. */
export function sourceOf<S>({
  cluster,
  sentinel,
}: Opened<S>): ClusterNodes<S> | SentinelMembers<S> {
  const source = cluster ?? sentinel
  if (!source) throw new Error('a topology is a Cluster or a Sentinel deployment')
  return source
}

/** What is followed no more, for whatever takes its place. */
export function createGone<S>() {
  const all: Opened<S>[] = []
  const bySeed = new Map<string, Opened<S>>()
  const byMember = new Map<string, Opened<S>>()

  function note(
    places: Map<string, Opened<S>>,
    one: Opened<S>,
    targets: readonly WantedTarget<S>[],
  ) {
    for (const { address } of targets) {
      const key = `${one.kind} ${address}`
      if (!places.has(key)) places.set(key, one)
    }
  }

  return {
    all: () => all,
    /** Stops it. */
    add(one: Opened<S>) {
      sourceOf(one).stop()
      all.push(one)
      note(bySeed, one, one.seeds)
      note(byMember, one, sourceOf(one).wanted())
    },
    /** The one that knew of what leads there now. */
    before({ kind, seeds }: Lead<S>): Opened<S> | undefined {
      const found = (places: ReadonlyMap<string, Opened<S>>) =>
        seeds.flatMap(({ address }) => places.get(`${kind} ${address}`) ?? [])
      return [...found(bySeed), ...found(byMember)][0]
    },
  }
}

/** Whether it has told what it wants, or that it cannot. */
export function hasTold<S>(source: Source<S>): boolean {
  const { failure, lastSuccess } = source.state()
  return failure !== undefined || lastSuccess !== undefined
}

/** How a source is that is told by its name. */
export interface NamedState extends SourceState {
  readonly name: string
}

/** Of those that have the same name one that fails, if any does. */
export function statesByName<S>(sources: readonly Source<S>[]): readonly NamedState[] {
  const states = new Map<string, NamedState>()
  for (const state of sources.map(namedState))
    if (states.get(state.name)?.failure === undefined) states.set(state.name, state)
  return [...states.values()]
}

function namedState<S>(source: Source<S>): NamedState {
  return { name: source.name, ...source.state() }
}

/** What some of them failed with, and when all worked last. */
export function stateOf<S>(sources: readonly Source<S>[]): SourceState {
  const states = sources.map(namedState)
  const failures = states.flatMap(({ name, failure }) => (failure ? `${name}: ${failure}` : []))
  const more = failures.length - mostTold
  const told = [...failures.slice(0, mostTold), ...(more > 0 ? [`and ${more} more`] : [])]
  const successes = states.map(({ lastSuccess }) => lastSuccess)
  const known = successes.filter((time) => time !== undefined)
  return {
    failure: failures.length > 0 ? told.join('; ') : undefined,
    lastSuccess:
      known.length > 0 && known.length === successes.length ? Math.min(...known) : undefined,
  }
}
