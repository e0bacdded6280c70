import type { Place, ReplicationPosition, SeenReplica } from '../redis/replication-position.ts'
import { isLoopback, placeKey, type TargetPlaces } from './target-places.ts'

/** A target with where it may be said to be, and what its last poll told of its replication. */
export interface PlacedTarget {
  readonly places: TargetPlaces
  readonly position: ReplicationPosition
}

type IsAt = (target: PlacedTarget, place: string) => boolean

/** Whether others may say of a target that it is at this place. */
export const isAt: IsAt = ({ places }, place) => places.all.has(place)

/** The same by its own address alone. */
export const isAtOwn: IsAt = ({ places }, place) => places.own === place

/** Where a server says that another one is. */
export function placeNamed({ host, port }: Place): string {
  return placeKey(host, Number(port))
}

interface Pair<T> {
  readonly target: T
  readonly one: SeenReplica
}

/**
 * Which of the replicas that a master sees are those targets, which all have its stream: those at the
 * places where it sees them, each of them one, and the last one of both that is left, where it says that
 * this is its master. Where two may be meant, none is: what is told of one would be of the other.
 */
export function seenReplicas<T extends PlacedTarget>(
  master: PlacedTarget,
  targets: readonly T[],
): ReadonlyMap<T, SeenReplica> {
  const found = new Map<T, SeenReplica>()
  const seen = new Map(master.position.replicas.map((one) => [one, placeNamed(one)]))
  const left = new Set(targets)

  function pair({ target, one }: Pair<T>): void {
    found.set(target, one)
    left.delete(target)
    seen.delete(one)
  }

  function pairBy(is: IsAt): void {
    const pairs = [...left].flatMap((target) =>
      [...seen].flatMap(([one, place]) => (is(target, place) ? [{ target, one }] : [])),
    )
    const counts = new Map<T | SeenReplica, number>()
    for (const each of pairs.flatMap(({ target, one }) => [target, one]))
      counts.set(each, (counts.get(each) ?? 0) + 1)
    for (const each of pairs)
      if (counts.get(each.target) === 1 && counts.get(each.one) === 1) pair(each)
  }

  pairBy(isAtOwn)
  pairBy(isAt)
  const [target, ...others] = left
  const [one, ...further] = seen.keys()
  const isLast = others.length === 0 && further.length === 0 && master.position.areAllReplicas
  if (target && one && isLast && isLinkedTo(master, target, one)) pair({ target, one })
  return found
}

/** Whether a target says that it is connected to a master which sees this one. */
function isLinkedTo(
  master: PlacedTarget,
  { position }: PlacedTarget,
  { host }: SeenReplica,
): boolean {
  if (!position.isLinked || !position.master || !isAt(master, placeNamed(position.master)))
    return false
  // Whoever is connected by loopback is seen there: else that master is another one, at its own host.
  return !isLoopback(position.master.host) || isLoopback(host)
}
