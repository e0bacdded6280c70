import { setImmediate as othersTurn } from 'node:timers/promises'

/** The keys of one group. */
export interface Group {
  /** A binary string. */
  readonly name: string
  readonly count: number
  readonly bytes: number
}

/** Keys summed by the names of their groups. */
export interface GroupSums {
  add(name: string, bytes: number): void
  /** How many groups there are, as far as they are told apart. */
  size(): number
  /** Keys of groups that found no room, so that they are not told apart. */
  crowdedOut(): number
  /**
   * The largest groups, at most so many, and all others as one. More memory goes first, then
   * fewer keys, then the name. Takes its time, so that others have theirs.
   */
  split(most: number): Promise<{ readonly largest: readonly Group[]; readonly rest: Sum }>
}

type Sum = Omit<Group, 'name'>
type Mutable<T> = { -readonly [K in keyof T]: T[K] }

// Which groups are the largest is known only when all keys were seen, so all must be held until
// then: 200,000 of them with names of 30 bytes. A pattern that gives each key a group of its own
// must not fill our memory.
const maximumBytes = 32 * 1024 * 1024
const bytesBesidesName = 128

const turn = 5_000

export function createGroupSums(room = maximumBytes): GroupSums {
  const groups = new Map<string, Mutable<Group>>()
  const all: Mutable<Sum> = { count: 0, bytes: 0 }
  let left = room
  let crowdedOut = 0

  function open(name: string): Mutable<Group> | undefined {
    const cost = bytesBesidesName + name.length
    if (cost > left) return undefined
    left -= cost
    // A part of a string keeps the whole alive: this one is a copy.
    const group = { name: Buffer.from(name, 'latin1').toString('latin1'), count: 0, bytes: 0 }
    groups.set(group.name, group)
    return group
  }

  return {
    add(name, bytes) {
      const group = groups.get(name) ?? open(name)
      if (group) add(group, bytes)
      else crowdedOut += 1
      add(all, bytes)
    },
    size: () => groups.size,
    crowdedOut: () => crowdedOut,
    async split(most) {
      const largest = groups.size <= most ? [...groups.values()] : await select(groups, most)
      const rest = { ...all }
      for (const { count, bytes } of largest) {
        rest.count -= count
        rest.bytes -= bytes
      }
      return { largest, rest }
    },
  }
}

function add(sum: Mutable<Sum>, bytes: number): void {
  sum.count += 1
  sum.bytes += bytes
}

// Sorting a few at a time never stops the program for long, as sorting all at once would.
async function select(groups: ReadonlyMap<string, Group>, most: number): Promise<Group[]> {
  const best: Group[] = []
  const keepBest = () => best.sort(byRank).splice(most)
  for (const group of groups.values()) {
    best.push(group)
    if (best.length < most + turn) continue
    keepBest()
    await othersTurn()
  }
  keepBest()
  return best
}

function byRank(one: Group, other: Group): number {
  if (one.bytes !== other.bytes) return other.bytes - one.bytes
  if (one.count !== other.count) return one.count - other.count
  return one.name < other.name ? -1 : 1
}
