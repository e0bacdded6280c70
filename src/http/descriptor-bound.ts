import { readdirSync, readFileSync } from 'node:fs'

// What polls and walks need at once: connections, name lookups, files that are read again.
const leastReserve = 5
const largestReserve = 64
const countedForMilliseconds = 1000

/** What the system tells of the descriptors of this process. */
export interface Descriptors {
  /** The text of /proc/self/limits. */
  limits(): string
  /** The names in /proc/self/fd. */
  open(): readonly string[]
}

const ofThisProcess: Descriptors = {
  limits: () => readFileSync('/proc/self/limits', 'utf8'),
  open: () => readdirSync('/proc/self/fd'),
}

/**
 * Tells how many clients there may be, given the newest one's descriptor and how many there are, so
 * that some descriptors are left for the connections to servers: where none is left, the system
 * closes every new connection, whoever holds the others. No bound where no limit is known.
 */
export function createDescriptorBound(
  { limits, open }: Descriptors = ofThisProcess,
  now: () => number = () => performance.now(),
): (newest: number, clients: number) => number {
  const limit = openFileLimit(limits)
  const usable = limit - Math.min(largestReserve, Math.max(leastReserve, Math.floor(limit / 8)))
  let others = 0
  let countedAt = -Infinity

  return (newest, clients) => {
    const isCounted = () => now() - countedAt < countedForMilliseconds
    // The system gives the lowest that is free: counting, which takes its time, can wait.
    if (newest >= usable / 2 && !isCounted()) {
      others = countBelow(limit, open) - clients
      countedAt = now()
    }
    return isCounted() ? Math.max(1, usable - others) : Infinity
  }
}

function openFileLimit(limits: () => string): number {
  try {
    const [, soft] = /^Max open files +(\d+)/m.exec(limits()) ?? []
    return soft === undefined ? Infinity : Number(soft)
  } catch {
    return Infinity
  }
}

// Some may have been handed to us from beyond the limit.
function countBelow(limit: number, open: () => readonly string[]): number {
  try {
    return open().filter((name) => Number(name) < limit).length
  } catch {
    // Reading takes a descriptor too.
    return limit
  }
}
