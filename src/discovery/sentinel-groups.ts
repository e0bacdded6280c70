import type { WantedTarget } from '../targets/wanted-target.ts'
import type { SentinelAnswer } from './sentinel-targets.ts'
import type { Member, SeenMaster } from './sentinel-view.ts'

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
export function firstOf<S>(
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
function idsOf<S>({
  id,
  target,
  masters,
}: Pick<SentinelAnswer<S>, 'id' | 'target' | 'masters'>): Set<string> {
  const ids = new Set([id, placeOf(target)])
  // Of a thousand masters each names the same few.
  for (const { sentinels } of masters)
    for (const one of sentinels) ids.add(one.id).add(announcedPlace(one))
  ids.delete('')
  return ids
}

/** A master as one Sentinel sees it. */
export interface Sight<S> extends Pick<SentinelAnswer<S>, 'id' | 'target'> {
  readonly master: SeenMaster
}

/**
 * Parts the sights of masters of one name by the masters that they are of. Sentinels may know each other by
 * another master alone, and then a name that both use means two: it means one where they know each other by
 * that, or where one has for its master whom the other names as a server of its own.
 */
export function watchersOf<S, V extends Sight<S>>(sights: readonly V[]): readonly (readonly V[])[] {
  // Mostly all of them name the same one, and there may be a thousand names.
  const [first, ...others] = sights.map(({ master }) => announcedPlace(master))
  if (others.every((place) => place === first)) return [sights]
  let parts: readonly Part<V>[] = []
  for (const sight of sights) {
    const own = partOf<S, V>(sight)
    const joined = parts.filter((one) => isSameMaster(one, own))
    parts = [...parts.filter((one) => !joined.includes(one)), [...joined, own].reduce(join)]
  }
  return parts.map((one) => one.sights)
}

/** The ids and places of those whose sights these are, and of those that they watch it with. */
export function watcherIds<S>(sights: readonly Sight<S>[]): ReadonlySet<string> {
  return new Set(sights.flatMap(({ master, ...one }) => [...idsOf({ ...one, masters: [master] })]))
}

interface Part<V> {
  readonly ids: ReadonlySet<string>
  readonly masters: ReadonlySet<string>
  /** The masters with their replicas. */
  readonly servers: ReadonlySet<string>
  readonly sights: readonly V[]
}

function partOf<S, V extends Sight<S>>(sight: V): Part<V> {
  const { master } = sight
  return {
    ids: watcherIds([sight]),
    masters: new Set([announcedPlace(master)]),
    servers: new Set(placesOf(master)),
    sights: [sight],
  }
}

// A replica alone says nothing: whoever had it before still names one that moved to another master.
function isSameMaster<V>(one: Part<V>, other: Part<V>): boolean {
  return (
    haveCommon(one.ids, other.ids) ||
    haveCommon(one.masters, other.servers) ||
    haveCommon(other.masters, one.servers)
  )
}

function join<V>(one: Part<V>, other: Part<V>): Part<V> {
  return {
    ids: new Set([...one.ids, ...other.ids]),
    masters: new Set([...one.masters, ...other.masters]),
    servers: new Set([...one.servers, ...other.servers]),
    sights: [...one.sights, ...other.sights],
  }
}

/** Whether they have anything in common. */
export function haveCommon(some: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  return [...some].some((one) => others.has(one))
}

/** Where a master and its replicas say that they are. */
export function placesOf(master: SeenMaster): readonly string[] {
  return [master, ...master.replicas].map(announcedPlace)
}

// Where a server says that it is.
function announcedPlace({ host, port }: Pick<Member, 'host' | 'port'>): string {
  return `${host} ${port}`
}

function placeOf({ endpoint }: Pick<WantedTarget<unknown>, 'endpoint'>): string {
  return endpoint.kind === 'tcp' ? `${endpoint.host} ${endpoint.port}` : endpoint.path
}
