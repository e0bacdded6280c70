import type { WantedTarget } from '../targets/wanted-target.ts'
import {
  createReach,
  type Reach,
  type SentinelAnswer,
  type SentinelSettings,
} from './sentinel-targets.ts'
import type { SeenMaster } from './sentinel-view.ts'

/** What is known of Sentinels that watch the same masters together. */
export interface KnownDeployment {
  /** What it is called: the name of the first of its Sentinels that is configured, though it may be down. */
  readonly topology: string
  readonly masters: readonly KnownMaster[]
}

/** A master as all Sentinels see it that answer; where none does, as it was seen last. */
export interface KnownMaster {
  readonly name: string
  /** The target of the server that is the master now, by its address. */
  readonly address: string
  /** The replicas in order, first those that are well by those that heard of the last failover. */
  readonly replicas: readonly string[]
  /** How many Sentinels must agree on a failover; the most that any of them wants. */
  readonly quorum: number
  /** How many Sentinels watch it, as far as anybody knows. */
  readonly sentinels: number
  /** By the names of the Sentinels that answer, of which there may be none: whether they see the same master, or lead to it. */
  readonly agreement: ReadonlyMap<string, boolean>
}

/**
 * Sorts what Sentinels say into deployments: those that know each other. `ids` are the addresses of
 * those that are known.
 */
export function deploymentsOf<S extends SentinelSettings>(
  answers: readonly SentinelAnswer<S>[],
  seeds: readonly WantedTarget<S>[],
  ids: ReadonlyMap<string, string>,
  reach: Reach = createReach(),
): readonly KnownDeployment[] {
  return groupsOf(answers).map(({ ids: group, members }) => ({
    topology: (firstOf(seeds, group, ids) ?? members[0]?.target)?.name ?? '',
    masters: [...byName(members, reach)]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .flatMap(([name, seen]) => knownMaster(name, seen, reach) ?? []),
  }))
}

/** What those say whose deployment one that is configured belongs to. */
export function answersFor<S>(
  seeds: readonly WantedTarget<S>[],
  answers: readonly SentinelAnswer<S>[],
  ids: ReadonlyMap<string, string>,
): readonly SentinelAnswer<S>[] {
  return groupsOf(answers).flatMap(({ ids: group, members }) =>
    firstOf(seeds, group, ids) ? members : [],
  )
}

/** The first that is configured of those that know each other. */
function firstOf<S>(
  seeds: readonly WantedTarget<S>[],
  group: ReadonlySet<string>,
  ids: ReadonlyMap<string, string>,
): WantedTarget<S> | undefined {
  const addresses = new Set([...group].map((id) => ids.get(id)))
  return seeds.find((seed) => group.has(placeOf(seed)) || addresses.has(seed.address))
}

/** Those that know each other, by ids and places. */
export function groupsOf<S>(answers: readonly SentinelAnswer<S>[]) {
  const groups: { ids: Set<string>; members: SentinelAnswer<S>[] }[] = []
  for (const answer of answers) {
    const ids = idsOf(answer)
    const joined = groups.filter((group) => [...ids].some((id) => group.ids.has(id)))
    const members = [...joined.flatMap((group) => group.members), answer]
    for (const group of joined) {
      for (const id of group.ids) ids.add(id)
      groups.splice(groups.indexOf(group), 1)
    }
    groups.push({ ids, members })
  }
  return groups
}

// Those that know no ids are known to each other by where they are.
function idsOf<S>({ id, target, masters }: SentinelAnswer<S>): Set<string> {
  const ids = new Set([id, placeOf(target)])
  // Of a thousand masters each names the same few.
  for (const { sentinels } of masters)
    for (const one of sentinels) ids.add(one.id).add(`${one.host} ${one.port}`)
  ids.delete('')
  return ids
}

function placeOf({ endpoint }: Pick<WantedTarget<unknown>, 'endpoint'>): string {
  return endpoint.kind === 'tcp' ? `${endpoint.host} ${endpoint.port}` : endpoint.path
}

/** A master as one Sentinel sees it. */
interface Sight<S> {
  readonly target: WantedTarget<S>
  readonly isSilent: boolean
  readonly master: SeenMaster
  readonly address: string
}

/** What is seen of each master; nothing of one without an address. */
function byName<S extends SentinelSettings>(
  members: readonly SentinelAnswer<S>[],
  reach: Reach,
): ReadonlyMap<string, readonly Sight<S>[]> {
  const sights = new Map<string, Sight<S>[]>()
  for (const { target, masters, isSilent = false } of members)
    for (const master of masters) {
      const seen = sights.get(master.name) ?? []
      sights.set(master.name, seen)
      const address = reach(target, master)?.address
      if (address !== undefined) seen.push({ target, isSilent, master, address })
    }
  return sights
}

function knownMaster<S extends SentinelSettings>(
  name: string,
  seen: readonly Sight<S>[],
  reach: Reach,
): KnownMaster | undefined {
  // Whoever heard of the last failover knows who is master, but for the one that leads it: that names the
  // old one until all replicas follow the new one, which takes minutes where they are large.
  const newest = Math.max(...seen.map(({ master }) => master.epoch))
  const hearing = seen.filter(({ master }) => master.epoch === newest)
  const current = hearing.find(({ master }) => master.isOkay) ?? hearing[0]
  if (!current) return undefined
  const leads = (one: Sight<S>) => newest > 0 && hearing.includes(one) && !one.master.isOkay
  return {
    name,
    address: current.address,
    replicas: [true, false].flatMap((isWell) =>
      current.master.replicas
        .filter(({ isOkay }) => isOkay === isWell)
        .flatMap((replica) => reach(current.target, replica)?.address ?? [])
        .sort(),
    ),
    quorum: Math.max(...seen.map(({ master }) => master.quorum)),
    sentinels: 1 + Math.max(...seen.map(({ master }) => master.sentinels.length)),
    agreement: new Map(
      seen.flatMap((one) =>
        one.isSilent
          ? []
          : [[one.target.name, one.address === current.address || leads(one)] as const],
      ),
    ),
  }
}
