import { formatEndpoint } from '../targets/address.ts'
import type { AddressPair } from '../targets/address-map.ts'
import { identityOf } from '../targets/one-spelling.ts'
import { nodeLogin, type WantedTarget } from '../targets/wanted-target.ts'
import { byAddress } from './cluster-targets.ts'
import { answersFor } from './sentinel-groups.ts'
import { type Member, memberEndpoint, type SeenMaster, type SentinelView } from './sentinel-view.ts'

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
  /** Whether it said so before, and does not answer now. */
  readonly isSilent?: boolean
}

export interface SentinelTargets<S> {
  /** The Sentinels themselves, those that are configured first. */
  readonly sentinels: readonly WantedTarget<S>[]
  /** Masters and replicas, in the order of addresses. */
  readonly data: readonly WantedTarget<S>[]
}

/** What follows from what they say. */
export interface FoundTargets<S> extends SentinelTargets<S> {
  /** What of it counts: what these Sentinels said. */
  readonly answers: readonly SentinelAnswer<S>[]
}

/** The Sentinels that are configured. */
export type Seeds<S> = readonly [WantedTarget<S>, ...WantedTarget<S>[]]

type Place = Pick<WantedTarget<unknown>, 'address' | 'endpoint'>

/**
 * Whom deployments consist of by what Sentinels say of them: the Sentinels that are configured, those that
 * others name, and those that nobody names any more but that watch something with one that is configured.
 * What any of these watch is wanted. A Sentinel is known by its id, since it is configured by one address
 * and announced by another; `ids` are the addresses of those that are known.
 */
export function sentinelTargets<S extends SentinelSettings>(
  seeds: readonly WantedTarget<S>[],
  answers: readonly SentinelAnswer<S>[],
  ids: ReadonlyMap<string, string>,
  reach: Reach = createReach(),
): FoundTargets<S> {
  const sentinels = new Map(seeds.map((seed) => [seed.address, seed]))
  const named = new Set<string>()
  const data = new Map<string, WantedTarget<S>>()
  const ours = answersFor(seeds, answers, ids)
  // Who does not know itself may be among those that seem to be strangers.
  const known = new Set(ids.values())
  const toldBy = seeds.every(({ address }) => known.has(address)) ? ours : answers
  for (const [by, peer] of membersOf(toldBy, peersOf)) addSentinel(by, peer)
  for (const answer of ours)
    if (!isMember(answer)) sentinels.set(answer.target.address, answer.target)
  const counted = answers.filter(isMember)
  for (const [by, member] of membersOf(counted, serversOf)) addData(by, member)

  function isMember({ id, target: { address } }: SentinelAnswer<S>): boolean {
    return sentinels.has(address) || named.has(id)
  }

  function addSentinel(by: WantedTarget<S>, peer: Member): void {
    if (peer.id !== '') named.add(peer.id)
    const known = ids.get(peer.id)
    if (known !== undefined && sentinels.has(known)) return
    const place = reach(by, peer)
    if (place && !sentinels.has(place.address))
      sentinels.set(place.address, sentinelTarget(by, place))
  }

  function addData(by: WantedTarget<S>, member: Member): void {
    const place = reach(by, member)
    if (place && !data.has(place.address)) data.set(place.address, dataTarget(by, place))
  }

  return {
    sentinels: [...sentinels.values()],
    data: [...data.values()].sort(byAddress),
    answers: counted,
  }
}

/** The same Sentinels and servers, with what those have of their own that are configured now. */
export function sentinelTargetsFor<S>(
  seeds: Seeds<S>,
  before: SentinelTargets<S>,
): SentinelTargets<S> {
  const configured = new Set(seeds.map(({ address }) => address))
  const others = before.sentinels.filter(({ address }) => !configured.has(address))
  const { data } = before
  return {
    sentinels: [...seeds, ...others.map((one) => sentinelFor(seeds, one))],
    data: data.map((one) => ofAny(seeds, one, dataTarget)),
  }
}

/** The same Sentinel, as it is wanted by what is configured now. */
export function sentinelFor<S>(seeds: Seeds<S>, one: WantedTarget<S>): WantedTarget<S> {
  const seed = seeds.find(({ address }) => address === one.address)
  return seed ?? ofAny(seeds, one, sentinelTarget)
}

// Seeds may have different logins: that one told of it whose login it has.
function ofAny<S>(
  [first, ...others]: Seeds<S>,
  one: WantedTarget<S>,
  make: (by: WantedTarget<S>, place: Place) => WantedTarget<S>,
): WantedTarget<S> {
  const alike = [first, ...others].map((seed) => make(seed, one))
  return alike.find(({ login }) => login.from === one.login.from) ?? make(first, one)
}

function sentinelTarget<S>(by: WantedTarget<S>, { address, endpoint }: Place): WantedTarget<S> {
  return { ...by, address, name: formatEndpoint(endpoint), endpoint }
}

function dataTarget<S>(by: WantedTarget<S>, { address, endpoint }: Place): WantedTarget<S> {
  const login = nodeLogin(by, endpoint)
  return { ...by, address, name: formatEndpoint(endpoint), endpoint, database: 0, login }
}

/** Where a server is that a Sentinel names; undefined where that is no address. */
export type Reach = (
  by: Pick<WantedTarget<Pick<SentinelSettings, 'discoverMap'>>, 'endpoint' | 'settings'>,
  member: Pick<Member, 'host' | 'port'>,
) => Place | undefined

/** Finds each place once: every Sentinel names the same servers, of which there may be thousands. */
export function createReach(): Reach {
  const known = new Map<unknown, Map<string, Place | undefined>>()
  return ({ endpoint: asked, settings: { discoverMap } }, member) => {
    // Who speaks TLS to a Sentinel speaks it to what that watches.
    const tls = asked.kind === 'tcp' && asked.tls
    const places = known.get(discoverMap) ?? new Map<string, Place | undefined>()
    known.set(discoverMap, places)
    const key = `${tls} ${member.host} ${member.port}`
    if (!places.has(key)) {
      const endpoint = memberEndpoint(member, discoverMap ?? [], tls)
      places.set(key, endpoint && { address: identityOf(endpoint), endpoint })
    }
    return places.get(key)
  }
}

/** All servers and Sentinels that these name, with who does. */
export function namedMembers<S>(answers: readonly SentinelAnswer<S>[]) {
  return membersOf(answers, (master) => [...serversOf(master), ...peersOf(master)])
}

function* membersOf<S>(
  answers: readonly SentinelAnswer<S>[],
  pick: (master: SeenMaster) => readonly Member[],
): Generator<readonly [by: WantedTarget<S>, member: Member]> {
  for (const { target, masters } of answers)
    for (const master of masters) for (const member of pick(master)) yield [target, member]
}

function peersOf({ sentinels }: SeenMaster): readonly Member[] {
  return sentinels
}

function serversOf(master: SeenMaster): readonly Member[] {
  return [master, ...master.replicas]
}
