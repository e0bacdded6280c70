import { closeSync, openSync, readSync } from 'node:fs'

const blank = 32
const zero = 48

interface ThreadClock extends Disposable {
  now(): number
}

/**
 * The processor time of this thread in milliseconds, where Linux tells it: what else a busy machine
 * does is no part of it. Elsewhere the time that passes.
 */
export function threadClock(): ThreadClock {
  const file = openStatistics()
  if (file === undefined) return { now: () => performance.now(), [Symbol.dispose]: () => {} }
  const buffer = Buffer.alloc(100)
  return {
    // The first number is nanoseconds on a processor. It is read without a text, for who looks at
    // it all the time and is to make no garbage.
    now() {
      const length = readSync(file, buffer, 0, buffer.length, 0)
      let nanoseconds = 0
      for (let at = 0; at < length && buffer[at] !== blank; at++)
        nanoseconds = nanoseconds * 10 + (buffer[at] ?? zero) - zero
      return nanoseconds / 1e6
    },
    [Symbol.dispose]: () => closeSync(file),
  }
}

function openStatistics(): number | undefined {
  try {
    return openSync('/proc/thread-self/schedstat', 'r')
  } catch {
    return undefined
  }
}

/**
 * The longest time in milliseconds that the event loop worked in one go while something was done:
 * how long at most a scrape would have waited for its turn on a machine with nothing else to do.
 */
export async function longestStall(work: () => Promise<unknown>): Promise<number> {
  using clock = threadClock()
  let longest = 0
  let last = clock.now()
  let isOver = false
  const turn = () => {
    if (isOver) return
    const now = clock.now()
    longest = Math.max(longest, now - last)
    last = now
    setImmediate(turn)
  }
  setImmediate(turn)
  await work()
  isOver = true
  return Math.max(longest, clock.now() - last)
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
