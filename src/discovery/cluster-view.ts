import {
  type ClusterNode,
  type ClusterShard,
  type SlotRange,
  slotCount,
} from '../redis/cluster-shard.ts'
import type { Endpoint } from '../targets/address.ts'
import { type AddressPair, announcedEndpoint, mapAddress } from '../targets/address-map.ts'

/** A cluster as one of its nodes sees it. */
export interface ClusterView {
  readonly shards: readonly ClusterShard[]
  /** Whether it names all nodes, those without slots and those that are down too. */
  readonly isWhole: boolean
  /** What it says, to compare it with others. */
  readonly account?: Account
}

/** How the addresses that nodes announce are to be taken. */
export interface Reaching {
  /** The node that announced them. */
  readonly asked: Endpoint
  readonly hostnames: boolean
  readonly map: readonly AddressPair[]
}

/**
 * Where to reach a node; undefined where that is not known. Who was asked by TLS is not answered for
 * without: what is sent there may be secret.
 */
export function nodeEndpoint(node: ClusterNode, reaching: Reaching): Endpoint | undefined {
  const { asked, hostnames, map } = reaching
  const asksByTls = asked.kind === 'tcp' && asked.tls
  const tls = asksByTls || node.port === undefined
  const port = tls ? node.tlsPort : node.port
  if (port === undefined) return undefined
  const name = hostnames ? node.hostname : ''
  // A node need not know its own address; whoever asked does.
  const own = asked.kind === 'tcp' ? asked.host : ''
  const reached = mapAddress(map, name || node.ip || node.hostname || own, port)
  return announcedEndpoint(reached.host, reached.port, tls)
}

/** All nodes, each once. */
export function nodesOf({ shards }: ClusterView): readonly ClusterNode[] {
  return [...new Map(shards.flatMap(({ nodes }) => nodes.map((node) => [node.id, node]))).values()]
}

/** The master of a shard: of several, of which one is down, the other. */
export function masterOf({ nodes }: ClusterShard): ClusterNode | undefined {
  const masters = nodes.filter(({ isMaster }) => isMaster)
  return masters.find(({ isReachable }) => isReachable) ?? masters[0]
}

/** The id of the master of each slot; undefined where it has none. */
export function slotOwners({ shards }: ClusterView): readonly (string | undefined)[] {
  const owners = new Array<string | undefined>(slotCount).fill(undefined)
  for (const shard of shards)
    for (const [from, to] of shard.slots) owners.fill(masterOf(shard)?.id, from, to + 1)
  return owners
}

/** How many slots have not the same owner in all views. */
export function disputedSlots(views: readonly ClusterView[]): number {
  const different = new Map(views.map((view) => [accountOf(view).slots, view]))
  if (different.size < 2) return 0
  const [first = [], ...others] = [...different.values()].map(slotOwners)
  return first.filter((owner, slot) => others.some((owners) => owners[slot] !== owner)).length
}

/** What can be held against what another node says. */
export interface Account {
  readonly slots: string
  /** Undefined where it names only some of them. */
  readonly members: string | undefined
}

/** Which views say something else than this one of who belongs to the cluster and who has which slots. */
export function differingViews<V extends ClusterView>(view: V, others: readonly V[]): readonly V[] {
  const own = accountOf(view)
  return others.filter((other) => !isSame(own, accountOf(other)))
}

/**
 * The view that most of them share; of several alike the first, which comes from the node that was
 * believed last. Undefined without any.
 */
export function commonView<V extends ClusterView>(views: readonly V[]): V | undefined {
  const accounts = views.map(accountOf)
  const votes = accounts.map((one) => accounts.filter((other) => isSame(one, other)).length)
  return views[votes.indexOf(Math.max(...votes))]
}

function isSame(one: Account, other: Account): boolean {
  if (one.slots !== other.slots) return false
  return one.members === undefined || other.members === undefined || one.members === other.members
}

/** The view with what it says: of a thousand nodes that takes milliseconds, so it is found out once. */
export function withAccount<V extends ClusterView>(view: V): V {
  return { ...view, account: accountOf(view) }
}

function accountOf(view: ClusterView): Account {
  if (view.account) return view.account
  const members = nodesOf(view).map(({ id, isMaster }) => `${id} ${isMaster}`)
  return { slots: ownership(view), members: view.isWhole ? members.sort().join() : undefined }
}

// Servers cut ranges in different ways, so those that touch are one.
function ownership({ shards }: ClusterView): string {
  const owned = shards.filter(({ slots }) => slots.length > 0)
  return owned
    .map((shard) => `${masterOf(shard)?.id} ${joinedRanges(shard.slots).join(' ')}`)
    .sort()
    .join()
}

function joinedRanges(ranges: readonly SlotRange[]): readonly SlotRange[] {
  const joined: SlotRange[] = []
  for (const [from, to] of [...ranges].sort(([one], [other]) => one - other)) {
    const last = joined.at(-1)
    if (last && from <= last[1] + 1) joined[joined.length - 1] = [last[0], Math.max(last[1], to)]
    else joined.push([from, to])
  }
  return joined
}

/** What there is to count in a cluster beside its shards. */
export interface ClusterCounts {
  /** Slots whose master is well. */
  readonly covered: number
  /** Slots that no node has. */
  readonly unowned: number
  /** Slots of which the nodes name different masters. */
  readonly disputed: number
  /** Nodes that say something else than most. */
  readonly disagreeing: number
}

/** Counts what holds, and what its nodes say otherwise. */
export function countsOf(view: ClusterView, views: readonly ClusterView[]): ClusterCounts {
  const owners = slotOwners(view)
  const well = new Set(nodesOf(view).flatMap(({ id, isReachable }) => (isReachable ? id : [])))
  return {
    covered: owners.filter((id) => id !== undefined && well.has(id)).length,
    unowned: owners.filter((id) => id === undefined).length,
    disputed: disputedSlots(views),
    disagreeing: differingViews(view, views).length,
  }
}

/** Of clusters to which several nodes lead, the first each: those that share a node are one. */
export function distinctClusters<C extends { readonly view: ClusterView }>(
  clusters: readonly C[],
): readonly C[] {
  const seen = new Set<string>()
  return clusters.filter(({ view }) => {
    const ids = nodesOf(view).map(({ id }) => id)
    const isKnown = ids.some((id) => seen.has(id))
    for (const id of ids) seen.add(id)
    return !isKnown
  })
}
