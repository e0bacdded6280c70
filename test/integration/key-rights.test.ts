import { expect, it } from 'vitest'
import { checkKeys } from '../../src/collectors/keys/check-keys.ts'
import { polled, valuesOf } from '../support/read-keys.ts'
import { startRedis } from '../support/redis-server.ts'
import { tinyWalk } from '../support/tiny-walk.ts'

it('a user who may not ask for memory still gets sizes, after one refusal', async () => {
  await using own = await startRedis({
    args: ['--user', 'watcher', 'on', '>secret', '~*', '+@all', '-memory|usage'],
  })
  const client = own.client()
  for (let index = 0; index < 100; index++) await client.rpush(`list:${index}`, 1)

  const url = `redis://watcher:secret@127.0.0.1:${own.port}`
  const { samples, failedParts, trips } = await tinyWalk(url, checkKeys, {
    flags: ['--check-keys=*'],
  })

  expect(samples.map(({ metric }) => metric.name)).toEqual(Array(100).fill('key_size'))
  expect(failedParts).toEqual(['memory|usage'])
  const asked = trips.filter((commands) => commands.some(([name]) => name === 'MEMORY'))
  expect(asked).toHaveLength(1)
})

it('keys that a user may not see are left out, and the others are not', async () => {
  await using own = await startRedis({
    args: ['--user', 'watcher', 'on', '>secret', '~mine:*', '+@all'],
  })
  await own.client().mset('mine:1', 1, 'other:1', 1, 'mine:2', 2, 'other:2', 2)
  const url = `redis://watcher:secret@127.0.0.1:${own.port}`

  const { samples } = await tinyWalk(url, checkKeys, { flags: ['--check-keys=*'] })
  const poll = await polled(url, ['--check-single-keys=other:1,mine:1'])

  const sizes = samples.filter(({ metric }) => metric.name === 'key_size')
  expect(sizes.map(({ labels }) => labels.key).sort()).toEqual(['mine:1', 'mine:2'])
  expect(valuesOf(poll, 'redis_key_size')).toEqual([['mine:1', 1]])
})
