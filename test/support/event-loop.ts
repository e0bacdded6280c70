/**
 * The longest time in milliseconds that the event loop stood still while something was done: how
 * long at most a scrape would have waited for its turn.
 */
export async function longestStall(work: () => Promise<unknown>): Promise<number> {
  let longest = 0
  let last = performance.now()
  let isOver = false
  const turn = () => {
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
    if (!isOver) setImmediate(turn)
  }
  setImmediate(turn)
  await work()
  isOver = true
  return Math.max(longest, performance.now() - last)
}

/**
 * The least stall of up to twenty attempts, the first below the limit being good enough: what else
 * the machine does makes an attempt longer, never shorter.
 */
export async function leastStall(limit: number, work: () => Promise<unknown>): Promise<number> {
  let least = Infinity
  for (let attempt = 0; attempt < 20 && least >= limit; attempt += 1)
    least = Math.min(least, await longestStall(work))
  return least
}
