import type { Closing } from '../metrics/own-metrics.ts'

/** What is known of a connection, for the choice of the one that gives way; times in milliseconds. */
export interface ConnectionState {
  /** Since when nothing happens on it: its last response, or its beginning where none was asked for. */
  readonly idleSince: number
  readonly hasAsked: boolean
  /** Responses that are not yet with the system. */
  readonly underWay: number
  /** When the client last took something of the response under way. */
  readonly tookAt: number
}

/** In the order in which they go; the new ones may be about to ask, which is what it is all for. */
const kinds = ['silent', 'idle', 'stalled', 'new', 'busy'] as const

/**
 * Which connection gives way to a new one: one that had `patience` to ask for something and has not;
 * the longest idle one; one that has taken nothing of its response for `patience`; and then only
 * the others, those without a response under way before those with one.
 */
export function firstToGo<C extends ConnectionState>(
  connections: Iterable<C>,
  now: number,
  patience: number,
): { readonly connection: C; readonly closing: Closing } | undefined {
  let first: { connection: C; rank: number; since: number } | undefined
  for (const connection of connections) {
    const since = connection.underWay > 0 ? connection.tookAt : connection.idleSince
    const rank = kinds.indexOf(kindOf(connection, now - since > patience))
    if (!first || rank < first.rank || (rank === first.rank && since < first.since))
      first = { connection, rank, since }
  }
  if (!first) return undefined
  const kind = kinds[first.rank] ?? 'new'
  return { connection: first.connection, closing: kind === 'new' ? 'silent' : kind }
}

function kindOf({ hasAsked, underWay }: ConnectionState, isLate: boolean): (typeof kinds)[number] {
  if (underWay > 0) return isLate ? 'stalled' : 'busy'
  if (hasAsked) return 'idle'
  return isLate ? 'silent' : 'new'
}
