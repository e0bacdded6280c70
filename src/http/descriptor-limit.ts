import { readFileSync } from 'node:fs'

// What polls and walks need at once: connections, name lookups, files that are read again.
const leastReserve = 5
const largestReserve = 64

/**
 * The first file descriptor that no client gets, so that the rest is there for connections to
 * servers; none is kept back where the system does not tell its limit.
 */
export function firstKeptDescriptor(
  readLimits = () => readFileSync('/proc/self/limits', 'utf8'),
): number {
  const limit = openFileLimit(readLimits)
  return limit - Math.min(largestReserve, Math.max(leastReserve, Math.floor(limit / 8)))
}

function openFileLimit(readLimits: () => string): number {
  try {
    const [, soft] = /^Max open files +(\d+)/m.exec(readLimits()) ?? []
    return soft === undefined ? Infinity : Number(soft)
  } catch {
    return Infinity
  }
}
