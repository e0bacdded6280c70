import type { WantedTarget } from '../targets/wanted-target.ts'
import {
  firstOf,
  groupsOf,
  haveCommon,
  type Sight,
  watcherIds,
  watchersOf,
} from './sentinel-groups.ts'
import {
  createReach,
  type Reach,
  type SentinelAnswer,
  type SentinelSettings,
} from './sentinel-targets.ts'

/** What is known of Sentinels that watch the same masters together. */
export interface KnownDeployment {
  /** What it is called: the name of the first of its Sentinels that is configured, though it may be down. */
  readonly topology: string
  readonly masters: readonly KnownMaster[]
}

/** The same with what tells its Sentinels from others. */
export interface FoundDeployment extends KnownDeployment {
  /** Of each master by its name, the ids of those that watch it; of one that knows none, its address. */
  readonly watchers: ReadonlyMap<string, ReadonlySet<string>>
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
 * Sorts what Sentinels say into deployments: those that know each other. Where some of them have masters of
 * the same name that are not the same, each but the one that the first of all watches is a deployment of
 * its own. `ids` are the addresses of those that are known.
 */
export function deploymentsOf<S extends SentinelSettings>(
  answers: readonly SentinelAnswer<S>[],
  seeds: readonly WantedTarget<S>[],
  ids: ReadonlyMap<string, string>,
  reach: Reach = createReach(),
): readonly FoundDeployment[] {
  const nameOf = (group: ReadonlySet<string>, [one]: readonly Pick<Sight<S>, 'target'>[]) =>
    (firstOf(seeds, group, ids) ?? one?.target)?.name ?? ''
  return groupsOf(answers).flatMap(({ ids: group, members }) => {
    const whole = nameOf(group, members)
    const found = new Map([[whole, emptyDeployment(whole)]])
    for (const { name, sights, isAlone } of partedSights(members, reach)) {
      const master = knownMaster(name, sights, reach)
      if (!master) continue
      const topology = isAlone ? whole : nameOf(watcherIds(sights), sights)
      const { masters, watchers } = found.get(topology) ?? emptyDeployment(topology)
      masters.push(master)
      watchers.set(name, namesOfWatchers(sights))
      found.set(topology, { topology, masters, watchers })
    }
    return [...found.values()]
  })
}

function emptyDeployment(topology: string) {
  const masters: KnownMaster[] = []
  return { topology, masters, watchers: new Map<string, ReadonlySet<string>>() }
}

// Not by the addresses that they announce, which may be the same in networks that do not know each other.
function namesOfWatchers<S>(sights: readonly Sight<S>[]): ReadonlySet<string> {
  const watchers = new Set<string>()
  for (const { id, target, master } of sights) {
    watchers.add(id || target.address)
    for (const one of master.sentinels) watchers.add(one.id)
  }
  watchers.delete('')
  return watchers
}

/**
 * Of deployments to which Sentinels lead that are configured differently, each master once, as the first
 * of them has it: those of one name that share a Sentinel are one, and each may have masters of its own.
 */
export function distinctDeployments(
  deployments: readonly FoundDeployment[],
): readonly KnownDeployment[] {
  const told = new Map<string, Set<string>>()

  function isFirst(name: string, watchers: ReadonlySet<string> = new Set()): boolean {
    const by = told.get(name) ?? new Set()
    told.set(name, by)
    const isKnown = haveCommon(watchers, by)
    for (const one of watchers) by.add(one)
    return !isKnown
  }

  return deployments.flatMap(({ topology, masters, watchers }) => {
    const first = masters.filter(({ name }) => isFirst(name, watchers.get(name)))
    return first.length > 0 || masters.length === 0 ? { topology, masters: first } : []
  })
}

/** What is seen of each master, in the order of names, and whether it is the only one of its name. */
function partedSights<S extends SentinelSettings>(
  members: readonly SentinelAnswer<S>[],
  reach: Reach,
) {
  return [...byName(members, reach)]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([name, seen]) => {
      const parts = watchersOf(seen)
      return parts.map((sights) => ({ name, sights, isAlone: parts.length === 1 }))
    })
}

interface LocatedSight<S> extends Sight<S> {
  readonly isSilent: boolean
  readonly address: string
}

/** What is seen of each master; nothing of one without an address. */
function byName<S extends SentinelSettings>(
  members: readonly SentinelAnswer<S>[],
  reach: Reach,
): ReadonlyMap<string, readonly LocatedSight<S>[]> {
  const sights = new Map<string, LocatedSight<S>[]>()
  for (const { id, target, masters, isSilent = false } of members)
    for (const master of masters) {
      const seen = sights.get(master.name) ?? []
      sights.set(master.name, seen)
      const address = reach(target, master)?.address
      if (address !== undefined) seen.push({ id, target, isSilent, master, address })
    }
  return sights
}

function knownMaster<S extends SentinelSettings>(
  name: string,
  seen: readonly LocatedSight<S>[],
  reach: Reach,
): KnownMaster | undefined {
  // Whoever heard of the last failover knows who is master, but for the one that leads it: that names the
  // old one until all replicas follow the new one, which takes minutes where they are large.
  const newest = Math.max(...seen.map(({ master }) => master.epoch))
  const hearing = seen.filter(({ master }) => master.epoch === newest)
  const current = hearing.find(({ master }) => master.isOkay) ?? hearing[0]
  if (!current) return undefined
  const leads = (one: LocatedSight<S>) => newest > 0 && hearing.includes(one) && !one.master.isOkay
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
