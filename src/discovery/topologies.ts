import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { Connection } from '../redis/connection.ts'
import type { WantedTarget } from '../targets/wanted-target.ts'
import { type ClusterNodes, createClusterNodes, type KnownCluster } from './cluster-nodes.ts'
import type { ClusterSettings } from './cluster-targets.ts'
import { distinctClusters } from './cluster-view.ts'
import type { KnownDeployment } from './deployments.ts'
import type { Subscribe } from './sentinel-events.ts'
import { createSentinelMembers, type SentinelMembers } from './sentinel-members.ts'
import type { SentinelSettings } from './sentinel-targets.ts'
import type { Source, SourceState } from './source.ts'

/** The settings of a target that say whether and how the rest of its topology is found. */
export type DiscoverySettings = ClusterSettings &
  SentinelSettings & { readonly discover: 'none' | 'cluster' | 'sentinel' }

export interface TopologiesOptions<S extends DiscoverySettings> {
  /** What is configured; of their targets those count that ask for discovery. */
  readonly sources: readonly Source<S>[]
  /** Makes a connection to a target, opened when it is first needed. */
  readonly connect: (target: WantedTarget<S>) => Connection
  readonly subscribe: Subscribe<WantedTarget<S>>
  readonly maximumAgeMilliseconds: number
  /** Told the addresses of targets that became master or replica. */
  readonly onRoles?: (addresses: readonly string[]) => void
  readonly clock: Clock
  readonly log: Log
}

/** All Clusters and Sentinel deployments that targets lead to. */
export interface Topologies<S> extends Source<S> {
  /** Has those asked at once of which the target is: it answered what shows a change. */
  refresh(address: string): void
  /** Whether another replica of the same master comes first: what both have is looked at once. */
  isFurtherReplica(address: string): boolean
  /** The nodes of all clusters; undefined where no target leads to one. */
  clusterNodes(): readonly WantedTarget<S>[] | undefined
  /** Each once, though several targets lead to it. */
  clusters(): readonly KnownCluster[]
  deployments(): readonly KnownDeployment[]
}

/** The same source without the targets that only lead to others. */
export function withoutLeads<S extends Pick<DiscoverySettings, 'discover'>>(
  source: Source<S>,
): Source<S> {
  const direct = (all: readonly WantedTarget<S>[]) => all.filter((one) => !leads(one))
  return { ...source, wanted: () => direct(source.wanted()) }
}

function leads({ settings }: WantedTarget<Pick<DiscoverySettings, 'discover'>>): boolean {
  return settings.discover !== 'none'
}

/** Follows what leads to topologies: one comes and goes with the targets that lead to it. */
export function createTopologies<S extends DiscoverySettings>(
  options: TopologiesOptions<S>,
): Topologies<S> {
  const { sources } = options
  const listeners = new Set<() => void>()
  const open = new Map<string, Opened<S>>()
  const began = options.clock.wall()
  // One that comes later is not waited for: what is known by then is served.
  let haveAllTold = false

  const tell = () => {
    haveAllTold ||= all().every(hasTold)
    for (const listener of [...listeners]) listener()
  }

  function openOne(lead: Lead<S>, gone: readonly Opened<S>[]): Opened<S> {
    const one = { ...lead, ...openSource(lead, beforeOf(lead, gone)) }
    sourceOf(one).onChange(tell)
    return one
  }

  function openSource({ kind, seeds }: Lead<S>, before: Opened<S> | undefined) {
    const [seed] = seeds
    return kind === 'cluster'
      ? {
          cluster: createClusterNodes({ ...options, seed, before: before?.cluster?.finding() }),
          sentinel: undefined,
        }
      : {
          cluster: undefined,
          sentinel: createSentinelMembers({
            ...options,
            seeds,
            before: before?.sentinel?.finding(),
          }),
        }
  }

  function follow(): void {
    const leading = leadsOf(sources.flatMap((source) => source.wanted()).filter(leads))
    const before = new Map(open)
    const gone = [...before].flatMap(([key, one]) => {
      const lead = leading.get(key)
      return lead && isSameLead(lead, one) ? [] : one
    })
    for (const one of gone) sourceOf(one).stop()
    // In the order of what leads there: what the first of them wants counts.
    open.clear()
    for (const [key, lead] of leading) {
      const one = before.get(key)
      open.set(key, one && !gone.includes(one) ? one : openOne(lead, gone))
    }
  }

  function followAndTell(): void {
    follow()
    tell()
  }

  const all = () => [...open.values()].map(sourceOf)
  const leave = sources.map((source) => source.onChange(followAndTell))
  follow()
  haveAllTold = open.size === 0

  return {
    name: 'discovery',
    wanted: () => all().flatMap((source) => source.wanted()),
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    state() {
      const counted = haveAllTold ? all().filter(hasTold) : all()
      return counted.length === 0 ? { failure: undefined, lastSuccess: began } : stateOf(counted)
    },
    refresh(address) {
      for (const source of all())
        if (source.wanted().some((target) => target.address === address)) source.refresh()
    },
    isFurtherReplica(address) {
      const all = [...open.values()]
      return [
        ...all.flatMap((one) => one.cluster?.cluster()?.replicas ?? []),
        ...all
          .flatMap((one) => one.sentinel?.deployments() ?? [])
          .flatMap(({ masters }) => masters.map(({ replicas }) => replicas)),
      ].some((replicas) => replicas.indexOf(address) > 0)
    },
    clusterNodes() {
      const found = [...open.values()].filter(({ kind }) => kind === 'cluster').map(sourceOf)
      return found.length === 0 ? undefined : found.flatMap((source) => source.wanted())
    },
    clusters: () =>
      distinctClusters([...open.values()].flatMap((one) => one.cluster?.cluster() ?? [])),
    deployments: () => [...open.values()].flatMap((one) => one.sentinel?.deployments() ?? []),
    stop() {
      for (const one of leave) one()
      for (const source of all()) source.stop()
      open.clear()
    },
  }
}

/** What leads to one topology: a node of a cluster, or Sentinels that are configured alike. */
interface Lead<S> {
  readonly kind: 'cluster' | 'sentinel'
  readonly seeds: readonly [WantedTarget<S>, ...WantedTarget<S>[]]
}

type Opened<S> = Lead<S> & {
  readonly cluster: ClusterNodes<S> | undefined
  readonly sentinel: SentinelMembers<S> | undefined
}

function sourceOf<S>({ cluster, sentinel }: Opened<S>): ClusterNodes<S> | SentinelMembers<S> {
  const source = cluster ?? sentinel
  if (!source) throw new Error('a topology is a Cluster or a Sentinel deployment')
  return source
}

function leadsOf<S extends DiscoverySettings>(
  targets: readonly WantedTarget<S>[],
): ReadonlyMap<string, Lead<S>> {
  const leading = new Map<string, Lead<S>>()
  for (const target of targets) {
    const { settings, address, labels } = target
    if (settings.discover === 'cluster') {
      const key = `cluster ${address}`
      if (!leading.has(key)) leading.set(key, { kind: 'cluster', seeds: [target] })
      continue
    }
    const key = `sentinel ${JSON.stringify([labels, settings])}`
    const known = leading.get(key)
    if (!known) leading.set(key, { kind: 'sentinel', seeds: [target] })
    else if (!known.seeds.some((seed) => seed.address === address))
      leading.set(key, { kind: 'sentinel', seeds: [...known.seeds, target] })
  }
  return leading
}

/** Of those that are gone, the one that knew of what leads there now. */
function beforeOf<S>(lead: Lead<S>, gone: readonly Opened<S>[]): Opened<S> | undefined {
  const isSeed = ({ address }: WantedTarget<S>) => lead.seeds.some((one) => one.address === address)
  const ofKind = gone.filter(({ kind }) => kind === lead.kind)
  return (
    ofKind.find(({ seeds }) => seeds.some(isSeed)) ??
    ofKind.find((one) => sourceOf(one).wanted().some(isSeed))
  )
}

// A file that is read again gives every target anew.
function isSameLead<S>({ seeds }: Lead<S>, { seeds: others }: Lead<S>): boolean {
  return (
    seeds.length === others.length &&
    seeds.every((one, index) => {
      const other = others[index]
      return other !== undefined && markOf(one) === markOf(other)
    })
  )
}

function markOf<S>({ address, name, database, login, labels, settings }: WantedTarget<S>): string {
  return JSON.stringify([address, name, database, login.from, labels, settings])
}

function hasTold<S>(source: Source<S>): boolean {
  const { failure, lastSuccess } = source.state()
  return failure !== undefined || lastSuccess !== undefined
}

/** What any of them failed with, and when all worked last. */
function stateOf<S>(sources: readonly Source<S>[]): SourceState {
  const states = sources.map((source) => ({ name: source.name, ...source.state() }))
  const failures = states.flatMap(({ name, failure }) => (failure ? `${name}: ${failure}` : []))
  const successes = states.map(({ lastSuccess }) => lastSuccess)
  const known = successes.filter((time) => time !== undefined)
  return {
    failure: failures.length > 0 ? failures.join('; ') : undefined,
    lastSuccess:
      known.length > 0 && known.length === successes.length ? Math.min(...known) : undefined,
  }
}
