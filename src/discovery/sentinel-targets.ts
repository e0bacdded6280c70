import { formatEndpoint } from '../targets/address.ts'
import type { AddressPair } from '../targets/address-map.ts'
import { nodeLogin, type WantedTarget } from '../targets/wanted-target.ts'
import { byAddress } from './cluster-targets.ts'
import { type Member, memberEndpoint, type SentinelView } from './sentinel-view.ts'

/** The settings of a Sentinel that say how its deployment is found; times in milliseconds. */
export interface SentinelSettings {
  readonly pollInterval: number
  readonly pollTimeout: number
  readonly setClientName: boolean
  readonly discoverMap: readonly AddressPair[] | undefined
  /** The names of masters; all where there is none. */
  readonly discoverMasters: readonly string[] | undefined
}

/** What a Sentinel sees, and which one it is. */
export interface SentinelAnswer<S> extends SentinelView {
  readonly target: WantedTarget<S>
}

export interface SentinelTargets<S> {
  /** The Sentinels themselves, those that are configured first. */
  readonly sentinels: readonly WantedTarget<S>[]
  /** Masters and replicas, in the order of addresses. */
  readonly data: readonly WantedTarget<S>[]
}

/**
 * Whom deployments consist of by what Sentinels say of them. A Sentinel is known by its id, since it
 * is configured by one address and announced by another; `ids` are the addresses of those that are
 * known.
 */
export function sentinelTargets<S extends SentinelSettings>(
  seeds: readonly WantedTarget<S>[],
  answers: readonly SentinelAnswer<S>[],
  ids: ReadonlyMap<string, string>,
): SentinelTargets<S> {
  const sentinels = new Map(seeds.map((seed) => [seed.address, seed]))
  const data = new Map<string, WantedTarget<S>>()
  for (const { target, masters } of answers)
    for (const master of masters) {
      for (const peer of master.sentinels) addSentinel(target, peer)
      for (const member of [master, ...master.replicas]) addData(target, member)
    }

  function addSentinel(by: WantedTarget<S>, peer: Member): void {
    const known = ids.get(peer.id)
    if (known !== undefined && sentinels.has(known)) return
    const endpoint = endpointOf(by, peer)
    if (!endpoint) return
    const address = formatEndpoint(endpoint)
    if (!sentinels.has(address)) sentinels.set(address, { ...by, address, name: address, endpoint })
  }

  function addData(by: WantedTarget<S>, member: Member): void {
    const endpoint = endpointOf(by, member)
    if (!endpoint) return
    const address = formatEndpoint(endpoint)
    if (data.has(address)) return
    const login = nodeLogin(by, endpoint)
    data.set(address, { ...by, address, name: address, endpoint, database: 0, login })
  }

  return { sentinels: [...sentinels.values()], data: [...data.values()].sort(byAddress) }
}

/** The address of a server that a Sentinel names; undefined where it is none. */
export function memberAddress<S extends SentinelSettings>(
  by: WantedTarget<S>,
  member: Member,
): string | undefined {
  const endpoint = endpointOf(by, member)
  return endpoint && formatEndpoint(endpoint)
}

// Who speaks TLS to a Sentinel speaks it to what that watches.
function endpointOf<S extends SentinelSettings>(by: WantedTarget<S>, member: Member) {
  const tls = by.endpoint.kind === 'tcp' && by.endpoint.tls
  return memberEndpoint(member, by.settings.discoverMap ?? [], tls)
}
