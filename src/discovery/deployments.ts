import type { WantedTarget } from '../targets/wanted-target.ts'
import { firstOf, groupsOf } from './sentinel-groups.ts'
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

/** The same with what tells its Sentinels from others. */
export interface FoundDeployment extends KnownDeployment {
  /** The ids of its Sentinels; of one that knows none, its address. */
  readonly sentinels: ReadonlySet<string>
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
): readonly FoundDeployment[] {
  return groupsOf(answers).map(({ ids: group, members }) => ({
    topology: (firstOf(seeds, group, ids) ?? members[0]?.target)?.name ?? '',
    masters: [...byName(members, reach)]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .flatMap(([name, seen]) => knownMaster(name, seen, reach) ?? []),
    sentinels: sentinelsOf(members),
  }))
}

// Not by the addresses that they announce, which may be the same in networks that do not know each other.
function sentinelsOf<S>(members: readonly SentinelAnswer<S>[]): ReadonlySet<string> {
  const sentinels = new Set<string>()
  for (const { id, target, masters } of members) {
    sentinels.add(id || target.address)
    for (const master of masters) for (const one of master.sentinels) sentinels.add(one.id)
  }
  sentinels.delete('')
  return sentinels
}

/**
 * Of deployments to which Sentinels lead that are configured differently, each master once, as the first
 * of them has it: those that share a Sentinel are one, and each may have masters of its own.
 */
export function distinctDeployments(
  deployments: readonly FoundDeployment[],
): readonly KnownDeployment[] {
  const told = new Map<string, Set<string>>()

  function isFirst(name: string, sentinels: ReadonlySet<string>): boolean {
    const by = told.get(name) ?? new Set()
    told.set(name, by)
    const isKnown = [...sentinels].some((one) => by.has(one))
    for (const one of sentinels) by.add(one)
    return !isKnown
  }

  return deployments.flatMap(({ topology, masters, sentinels }) => {
    const first = masters.filter(({ name }) => isFirst(name, sentinels))
    return first.length > 0 || masters.length === 0 ? { topology, masters: first } : []
  })
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
