import { redisError } from '../redis/redis-error.ts'

/**
 * Where the SCANs through one database have come to, and what it takes to see that they lead
 * nowhere. Never changed, so that a walk can go on from an earlier one.
 */
export interface ScanTrail {
  /** The cursor of the next SCAN; '0' at the begin and at the end. */
  readonly cursor: string
  readonly steps: number
  /** A cursor from before, which must not come again. */
  readonly anchor: string
  /** At this step the cursor becomes the anchor. */
  readonly anchorAt: number
  /** SCANs in a row that gave no key, and how many keys they asked for. */
  readonly emptySteps: number
  readonly emptyAsked: number
}

export const trailBegin: ScanTrail = {
  cursor: '0',
  steps: 0,
  anchor: '',
  anchorAt: 1,
  emptySteps: 0,
  emptyAsked: 0,
}

// A table that lost most of its keys is full of places without any: SCAN passes over ten times as
// many in one call as it is asked for keys.
const mostEmptySteps = 100_000

/** Whether no SCAN is left, of a trail behind one at least. */
export function isAtEnd({ cursor }: ScanTrail): boolean {
  return cursor === '0'
}

/** Whether a text is a cursor as SCAN gives it. */
export function isCursor(text: string): boolean {
  return /^\d{1,20}$/.test(text)
}

/**
 * One SCAN further. Throws with the reason `protocol` where the cursor is no number, came before, or
 * goes on for ever without a key of the `keys` that the database has. A cursor of a server that is
 * right never comes twice in one walk, since it counts up, however its bits are turned; that one has
 * come is seen after a few rounds at most, by remembering one that is moved on ever more seldom (R. P.
 * Brent, 1980).
 */
export function followTrail(
  trail: ScanTrail,
  reply: { readonly cursor: string; readonly found: number; readonly most: number },
  keys: number,
): ScanTrail {
  const { cursor, found, most } = reply
  if (!isCursor(cursor)) throw redisError('protocol', 'the cursor of SCAN is no number')
  if (cursor !== '0' && cursor === trail.anchor)
    throw redisError('protocol', 'SCAN gave the same cursor twice')
  const emptySteps = found > 0 ? 0 : trail.emptySteps + 1
  const emptyAsked = found > 0 ? 0 : trail.emptyAsked + most
  if (cursor !== '0' && emptySteps > mostEmptySteps && emptyAsked > 4 * keys)
    throw redisError('protocol', 'SCAN goes on without giving keys')
  const steps = trail.steps + 1
  const moves = steps === trail.anchorAt
  return {
    cursor,
    steps,
    anchor: moves ? cursor : trail.anchor,
    anchorAt: moves ? 2 * steps : trail.anchorAt,
    emptySteps,
    emptyAsked,
  }
}
