import type { Connection } from './connection.ts'
import { redisError } from './redis-error.ts'

// How long after the deadline a dropped connection may take to let go of what waits for it.
const graceMilliseconds = 100

/**
 * Runs `work` under a deadline in milliseconds. At the deadline the connection is dropped, which
 * rejects all that waits for it, so that what has arrived by then still counts. Should something
 * not let go, the deadline rejects by itself.
 */
export async function withDeadline<T>(
  connection: Connection,
  milliseconds: number,
  work: () => Promise<T>,
): Promise<T> {
  const timers: NodeJS.Timeout[] = []
  const givingUp = new Promise<never>((_, reject) => {
    const drop = () => {
      const passed = redisError('timeout', `no answer within ${milliseconds / 1e3} s`)
      connection.drop(passed)
      timers.push(setTimeout(() => reject(passed), graceMilliseconds))
    }
    timers.push(setTimeout(drop, milliseconds))
  })
  try {
    return await Promise.race([work(), givingUp])
  } finally {
    timers.forEach(clearTimeout)
  }
}
