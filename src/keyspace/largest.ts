import { ownCopy } from '../own-copy.ts'

/** Something with a name and a size. */
export interface Sized {
  readonly name: string
  readonly size: number
}

/** The largest of any number of things, of which only a few are held at a time. */
export interface Largest {
  /** Whether something of this size may be among the largest so far; its name decides the rest. */
  mayHold(size: number): boolean
  /** Tells of a thing; of one that is told of again, the larger size holds. */
  offer(name: string, size: number): void
  /** The largest first; of two of one size, the one whose name comes first. */
  all(): readonly Sized[]
}

/** Finds the largest things, so many at most, and holds at most twice as many. */
export function createLargest(most: number): Largest {
  const held = new Map<string, number>()
  let last: Sized | undefined

  function ranked(): Sized[] {
    return [...held].map(([name, size]) => ({ name, size })).sort(byRank)
  }

  function cut(): void {
    const best = ranked()
    for (const { name } of best.splice(most)) held.delete(name)
    last = best.at(-1)
  }

  return {
    mayHold: (size) => last === undefined || size >= last.size,
    offer(name, size) {
      if (last && byRank({ name, size }, last) > 0) return
      const known = held.get(name)
      if (known !== undefined && known >= size) return
      held.set(known === undefined ? ownCopy(name) : name, size)
      if (held.size >= 2 * most) cut()
    },
    all: () => ranked().slice(0, most),
  }
}

function byRank(one: Sized, other: Sized): number {
  if (one.size !== other.size) return other.size - one.size
  if (one.name === other.name) return 0
  return one.name < other.name ? -1 : 1
}
