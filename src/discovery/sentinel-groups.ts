import type { WantedTarget } from '../targets/wanted-target.ts'
import type { SentinelAnswer } from './sentinel-targets.ts'

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
