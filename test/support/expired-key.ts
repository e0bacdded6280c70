import { setTimeout as delay } from 'node:timers/promises'
import type { Redis } from 'ioredis'

/**
 * Sets a key that expires at once, and waits until the server has counted that. Left to itself a
 * server finds out by samples: among a thousand keys it may take seconds, on a busy machine more.
 */
export async function leaveExpiredKey(client: Redis, key: string): Promise<void> {
  await client.set(key, 'now', 'PX', 1)
  // To ask for a key is what makes a server see that its time is over.
  while ((await client.exists(key)) === 1) await delay(1)
}
