import { expect, it } from 'vitest'
import { leaveExpiredKey } from '../support/expired-key.ts'
import { startRedis } from '../support/redis-server.ts'

it('has been counted by the server when it is left', async () => {
  await using redis = await startRedis({ args: ['--enable-debug-command', 'yes'] })
  const client = redis.client()
  // A server that does not look for expired keys by itself, as one that has not come to it yet.
  await client.call('DEBUG', 'SET-ACTIVE-EXPIRE', '0')

  await leaveExpiredKey(client, 'gone')

  expect((await redis.info('stats')).expired_keys).toBe('1')
})
