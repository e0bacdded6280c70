/** How many requests may come, of all clients together: so many at once, and another after each interval. */
export interface RateLimit {
  readonly intervalMilliseconds: number
  readonly burst: number
}

/**
 * A bucket of tokens, as the exporter toolkit has it: each request takes one, and one comes back after
 * each interval. Gives after how many milliseconds there is one again; undefined where one was taken.
 * Another limit begins with a full bucket.
 */
export function createTokenBucket(
  limitNow: () => RateLimit | undefined,
  now: () => number = () => performance.now(),
): () => number | undefined {
  let limit: RateLimit | undefined
  let tokens = 0
  let countedAt = 0

  function refill({ intervalMilliseconds, burst }: RateLimit): void {
    const at = now()
    const isOther = limit?.burst !== burst || limit.intervalMilliseconds !== intervalMilliseconds
    const grown = tokens + (at - countedAt) / intervalMilliseconds
    tokens = isOther ? burst : Math.min(burst, grown)
    countedAt = at
  }

  return () => {
    const current = limitNow()
    if (current) refill(current)
    limit = current
    if (!current) return undefined
    if (tokens < 1) return (1 - tokens) * current.intervalMilliseconds
    tokens -= 1
    return undefined
  }
}
