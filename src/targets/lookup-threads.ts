/**
 * How many lookups a process can have under way at once, by what UV_THREADPOOL_SIZE says: libuv lets
 * what is slow, as lookups are, take half of the threads that it has, which are four unless told.
 */
export function lookupThreads(poolSize: string | undefined): number {
  const size = poolSize === undefined ? 4 : Number.parseInt(poolSize, 10) || 1
  return Math.floor((Math.min(Math.max(1, size), 1024) + 1) / 2)
}
