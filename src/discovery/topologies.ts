import type { Clock } from '../clock.ts'
import { followChanges, takeSteps } from '../follow-changes.ts'
import type { Log } from '../log.ts'
import type { Connection } from '../redis/connection.ts'
import type { WantedTarget } from '../targets/wanted-target.ts'
import { createClusterNodes, type KnownCluster } from './cluster-nodes.ts'
import type { ClusterSettings } from './cluster-targets.ts'
import { distinctClusters } from './cluster-view.ts'
import { distinctDeployments, type KnownDeployment } from './deployments.ts'
import { type AsConfigured, beginLeads, isLead, isSameLead, type Lead } from './leads.ts'
import { createMemberIndex } from './member-index.ts'
import {
  createGone,
  hasTold,
  type NamedState,
  type Opened,
  sourceOf,
  stateOf,
  statesByName,
} from './opened-topology.ts'
import type { Subscribe } from './sentinel-events.ts'
import { createSentinelMembers } from './sentinel-members.ts'
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
  /** The replicas of its master, of each topology in which the target is one, in their order. */
  replicasBeside(address: string): readonly (readonly string[])[]
  /** The nodes of all clusters; undefined where no target leads to one. */
  clusterNodes(): readonly WantedTarget<S>[] | undefined
  /** Each once, though several targets lead to it. */
  clusters(): readonly KnownCluster[]
  /** Each once, likewise. */
  deployments(): readonly KnownDeployment[]
  /** How it was to find them, of each that was asked by now: one name each. */
  states(): readonly NamedState[]
}

/** The same source without the targets that only lead to others. */
export function withoutLeads<S extends Pick<DiscoverySettings, 'discover'>>(
  source: Source<S>,
): Source<S> {
  const direct = (all: readonly WantedTarget<S>[]) => all.filter((one) => !isLead(one))
  return { ...source, wanted: () => direct(source.wanted()) }
}

/** Follows what leads to topologies: one comes and goes with the targets that lead to it. */
export function createTopologies<S extends DiscoverySettings>(
  options: TopologiesOptions<S>,
): Topologies<S> {
  const { sources, log } = options
  const listeners = new Set<() => void>()
  const members = createMemberIndex<Opened<S>>()
  let open: ReadonlyMap<string, Opened<S>> = new Map()
  /** What is to be open once what is configured was followed to its end. */
  let next: ReadonlyMap<string, Opened<S>> = open
  /** What is configured, by addresses: what is found there is no other one. */
  let configured: ReadonlyMap<string, WantedTarget<S>> = new Map()
  const began = options.clock.wall()
  // One that comes later is not waited for: what is known by then is served.
  let haveAllTold = false
  let isFollowed = false
  let isStopped = false

  const tell = () => {
    haveAllTold ||= isFollowed && all().every(hasTold)
    for (const listener of [...listeners]) listener()
  }

  function openOne(lead: Lead<S>, before: Opened<S> | undefined): Opened<S> {
    const one = { ...lead, ...openSource(lead, before) }
    const source = sourceOf(one)
    const noteMembers = () =>
      members.set(
        one,
        source.wanted().map(({ address }) => address),
      )
    noteMembers()
    source.onChange(() => {
      noteMembers()
      tell()
    })
    return one
  }

  function openSource({ kind, seeds }: Lead<S>, before: Opened<S> | undefined) {
    const [seed] = seeds
    const own = new Set(seeds)
    // One that is configured twice leads somewhere by what it has itself.
    const asConfigured: AsConfigured<S> = (target) => (own.has(target) ? target : ours(target))
    return kind === 'cluster'
      ? {
          cluster: createClusterNodes({
            ...options,
            seed,
            asConfigured,
            before: before?.cluster?.finding(),
          }),
          sentinel: undefined,
        }
      : {
          cluster: undefined,
          sentinel: createSentinelMembers({
            ...options,
            seeds,
            asConfigured,
            before: before?.sentinel?.finding(),
          }),
        }
  }

  function ours(target: WantedTarget<S>): WantedTarget<S> {
    return configured.get(target.address) ?? target
  }

  /** In steps: to compare and to open a thousand of them takes longer than others can wait. */
  function* follow(wanted: readonly WantedTarget<S>[]): Generator<undefined> {
    const begun = beginLeads(wanted)
    yield* begun.steps
    const { leads } = begun
    configured = begun.configured
    const kept = new Map<string, Opened<S>>()
    const gone = createGone<S>()
    for (const [key, one] of open) {
      const lead = leads.get(key)
      if (lead && isSameLead(lead, one)) kept.set(key, one)
      else gone.add(one)
      yield
    }
    const opened = new Map<string, Opened<S>>()
    next = opened
    // In the order of what leads there: what the first of them wants counts.
    for (const [key, lead] of leads) {
      if (isStopped) return
      opened.set(key, kept.get(key) ?? openOne(lead, gone.before(lead)))
      yield
    }
    for (const one of gone.all()) members.remove(one)
    open = opened
    isFollowed = true
  }

  async function followAndTell(): Promise<void> {
    const wanted = sources.flatMap((source) => source.wanted())
    const taking = takeSteps(follow(wanted), wanted.length)
    if (taking) await taking
    if (!isStopped) tell()
  }

  const all = () => [...open.values()].map(sourceOf)
  const changes = followChanges(followAndTell, (err) =>
    log.error({ err }, 'the topologies could not be followed'),
  )
  const leave = sources.map((source) => source.onChange(changes.note))
  changes.note()

  return {
    name: 'discovery',
    wanted: () => all().flatMap((source) => source.wanted().map(ours)),
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    state() {
      if (!isFollowed) return notKnownYet
      const counted = haveAllTold ? all().filter(hasTold) : all()
      return counted.length === 0 ? { failure: undefined, lastSuccess: began } : stateOf(counted)
    },
    refresh(address) {
      for (const one of members.ownersOf(address)) sourceOf(one).refresh()
    },
    replicasBeside(address) {
      return [...members.ownersOf(address)].flatMap(({ cluster, sentinel }) =>
        [
          ...(cluster?.cluster()?.replicas ?? []),
          ...(sentinel?.deployments() ?? []).flatMap(({ masters }) =>
            masters.map(({ replicas }) => replicas),
          ),
        ].filter((replicas) => replicas.includes(address)),
      )
    },
    clusterNodes() {
      const found = [...open.values()].filter(({ kind }) => kind === 'cluster').map(sourceOf)
      return found.length === 0 ? undefined : found.flatMap((source) => source.wanted())
    },
    clusters: () =>
      distinctClusters([...open.values()].flatMap((one) => one.cluster?.cluster() ?? [])),
    deployments: () =>
      distinctDeployments([...open.values()].flatMap((one) => one.sentinel?.deployments() ?? [])),
    states: () => statesByName(all().filter(hasTold)),
    stop() {
      isStopped = true
      changes.stop()
      for (const one of leave) one()
      for (const one of new Set([...open.values(), ...next.values()])) sourceOf(one).stop()
      open = next = new Map()
    },
  }
}

const notKnownYet: SourceState = { failure: undefined, lastSuccess: undefined }
