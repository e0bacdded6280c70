import type { ClusterShard } from '../redis/cluster-shard.ts'
import { type Endpoint, formatEndpoint } from '../targets/address.ts'
import type { AddressPair } from '../targets/address-map.ts'
import { identityOf } from '../targets/one-spelling.ts'
import { nodeLogin, type WantedTarget } from '../targets/wanted-target.ts'
import { type ClusterView, nodeEndpoint, nodesOf } from './cluster-view.ts'

/** The settings of a target that say how the nodes of its cluster are found; times in milliseconds. */
export interface ClusterSettings {
  readonly pollInterval: number
  readonly pollTimeout: number
  readonly setClientName: boolean
  readonly clusterDiscoverHostnames: boolean
  readonly discoverMap: readonly AddressPair[] | undefined
}

/** The nodes of a cluster as targets. */
export interface ClusterTargets<S> {
  /** Each once, in the order of addresses. */
  readonly targets: readonly WantedTarget<S>[]
  /** The address of each node, by its id; none where it is not known. */
  readonly addresses: ReadonlyMap<string, string>
}

/** More are no cluster: its bus does not carry so many. */
const mostNodes = 2_000

/** Whom a cluster consists of as one of its nodes sees it, with what the seed has of its own. */
export function clusterTargets<S extends ClusterSettings>(
  view: ClusterView,
  asked: Endpoint,
  seed: WantedTarget<S>,
): ClusterTargets<S> {
  const { clusterDiscoverHostnames: hostnames, discoverMap: map = [] } = seed.settings
  const targets = new Map<string, WantedTarget<S>>()
  const addresses = new Map<string, string>()
  for (const node of nodesOf(view).slice(0, mostNodes)) {
    const endpoint = nodeEndpoint(node, { asked, hostnames, map })
    if (!endpoint) continue
    const address = identityOf(endpoint)
    addresses.set(node.id, address)
    targets.set(address, clusterTarget(seed, { address, endpoint }))
  }
  return { targets: [...targets.values()].sort(byAddress), addresses }
}

/** A node as a target, with what the seed has of its own. */
export function clusterTarget<S>(
  seed: WantedTarget<S>,
  { address, endpoint }: Pick<WantedTarget<S>, 'address' | 'endpoint'>,
): WantedTarget<S> {
  if (address === seed.address) return seed
  const name = formatEndpoint(endpoint)
  return { ...seed, address, name, endpoint, login: nodeLogin(seed, endpoint) }
}

/** Sorts by the code units of addresses, the same everywhere. */
export function byAddress(one: { readonly address: string }, other: { readonly address: string }) {
  return one.address < other.address ? -1 : 1
}

/** The addresses of the replicas of a shard in order, first those that are well. */
export function replicasOf(
  { nodes }: ClusterShard,
  addresses: ReadonlyMap<string, string>,
): readonly string[] {
  const replicas = nodes.filter(({ isMaster }) => !isMaster)
  return [true, false].flatMap((isWell) =>
    replicas
      .filter(({ isReachable }) => isReachable === isWell)
      .flatMap(({ id }) => addresses.get(id) ?? [])
      .sort(),
  )
}

/** The ids of nodes that are master now and were replica, or the other way round. */
export function changedRoles(before: ClusterView, now: ClusterView): readonly string[] {
  const roles = new Map(nodesOf(before).map(({ id, isMaster }) => [id, isMaster]))
  return nodesOf(now).flatMap(({ id, isMaster }) =>
    (roles.get(id) ?? isMaster) === isMaster ? [] : id,
  )
}
