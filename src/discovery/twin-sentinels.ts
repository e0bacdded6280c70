import type { Heard } from './heard-sentinels.ts'
import { haveCommon, placesOf } from './sentinel-groups.ts'
import type { SentinelAnswer } from './sentinel-targets.ts'
import type { SeenMaster } from './sentinel-view.ts'

/** Ids that several Sentinels have, as those do whose configuration was copied. */
export type SharedIds = ReadonlySet<string>

/**
 * The ids that cannot be those of one Sentinel alone: several runs tell them at the same time, or have no
 * server in common. Who is silent may be an earlier run of the one that answers by another address, so what
 * is known once (`before`) holds for as long as these are asked.
 */
export function sharedIds<S>(heard: readonly Heard<S>[], before: SharedIds): SharedIds {
  const byId = new Map<string, Heard<S>[]>()
  for (const one of heard) {
    const { id, run } = one.said
    if (id !== '' && run !== '') byId.set(id, [...(byId.get(id) ?? []), one])
  }
  const shared = [...byId].filter(([id, all]) =>
    all.some((one, index) =>
      all.slice(index + 1).some((other) => areTwins(one, other, before, id)),
    ),
  )
  return new Set(shared.map(([id]) => id))
}

function areTwins<S>(one: Heard<S>, other: Heard<S>, before: SharedIds, id: string): boolean {
  if (one.said.run === other.said.run) return false
  const bothAnswer = one.silentSince === undefined && other.silentSince === undefined
  return bothAnswer || before.has(id) || watchOthers(one.said.masters, other.said.masters)
}

/** Whether each of them watches something, and none of it together; after a failover the master is a replica. */
function watchOthers(some: readonly SeenMaster[], others: readonly SeenMaster[]): boolean {
  const placesOfAll = (all: readonly SeenMaster[]) => new Set(all.flatMap(placesOf))
  const isApart = !haveCommon(placesOfAll(some), placesOfAll(others))
  return some.length > 0 && others.length > 0 && isApart
}

/** The same answer, in which nobody is known by an id that others have too: they are known by where they are. */
export function toldApart<S>(answer: SentinelAnswer<S>, shared: SharedIds): SentinelAnswer<S> {
  if (shared.size === 0) return answer
  const { id, run, masters } = answer
  return {
    ...answer,
    // By two addresses it still is the same one.
    id: shared.has(id) ? `${id} ${run}` : id,
    masters: masters.map((master) => ({
      ...master,
      sentinels: master.sentinels.map((one) => (shared.has(one.id) ? { ...one, id: '' } : one)),
    })),
  }
}
