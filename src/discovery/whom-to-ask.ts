/** Whom to ask now. */
export interface ToAsk<T> {
  readonly first: readonly T[]
  /** Whom else, where none of these answers. */
  readonly others: readonly T[]
  readonly nextTurn: number
}

const [fewest, most] = [3, 16]
// Each tells of all: so many entries are read at a time, if that leaves enough to compare.
const entries = 1_600

/**
 * Some of all that know the same: the one that was believed last, and of the others each by turns, so
 * that what they say can be compared. Asking a large cluster costs no more than a small one.
 */
export function nextToAsk<T extends { readonly address: string }>(
  all: readonly T[],
  believed: string,
  turn: number,
): ToAsk<T> {
  const count = Math.min(most, Math.max(fewest, Math.ceil(entries / Math.max(1, all.length))))
  const [last] = all.filter(({ address }) => address === believed)
  const rest = all.filter((one) => one !== last)
  const start = rest.length > count ? turn % rest.length : 0
  const inTurn = [...rest.slice(start), ...rest.slice(0, start)]
  const room = last ? count - 1 : count
  return {
    first: [...(last ? [last] : []), ...inTurn.slice(0, room)],
    others: inTurn.slice(room, room + most),
    nextTurn: start + room,
  }
}
