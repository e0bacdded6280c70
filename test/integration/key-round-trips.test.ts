import { afterAll, beforeAll, expect, it } from 'vitest'
import { checkKeys } from '../../src/collectors/keys/check-keys.ts'
import { runKeyWorkload } from '../support/key-workload.ts'
import { polledTarget } from '../support/polled-target.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { tinyWalk } from '../support/tiny-walk.ts'

let redis: RedisServer

beforeAll(async () => {
  redis = await startRedis()
  await runKeyWorkload(redis)
})

afterAll(() => redis?.stop())

it.each([
  ['key:list,db3=key:list', 2],
  ['key:list,db3=key:counted', 2],
  ['key:list,db3=key:changed', 3],
])('a poll that reads %s is %i round trips', async (keys, trips) => {
  const client = redis.client({ db: 3 })
  for (const key of ['key:counted', 'key:changed']) await client.pfadd(key, 'a', 'b')
  await client.pfcount('key:counted')
  await changeCount(client, 'key:changed')
  using target = polledTarget(redis.url, { flags: [`--check-single-keys=${keys}`] })
  await target.poll()

  expect((await target.poll()).roundTrips).toBe(trips)
})

it('a batch is two round trips, and what is open of the last one a third', async () => {
  await changeCount(redis.client(), 'key:hll')
  const { trips } = await tinyWalk(redis.url, checkKeys, {
    flags: ['--check-keys=key:*'],
    batch: 1_000,
  })

  expect(trips.map((commands) => [...new Set(commands.map(([name]) => name))].sort())).toEqual([
    ['TYPE'],
    ['GETRANGE', 'HLEN', 'LLEN', 'MEMORY', 'SCARD', 'ZCARD'],
    ['PFCOUNT'],
  ])
})

it('what is open of a batch travels with the types of the next', async () => {
  const { trips } = await tinyWalk(redis.url, checkKeys, {
    flags: ['--check-keys=long:100000,long:512,key:*'],
    batch: 1_000,
  })

  expect(trips[2]?.map(([name]) => name).slice(0, 3)).toEqual(['STRLEN', 'STRLEN', 'TYPE'])
})

/** Adds to a HyperLogLog until its count holds no more: of what is new, something may change nothing. */
async function changeCount(client: ReturnType<RedisServer['client']>, key: string): Promise<void> {
  while ((await client.pfadd(key, String(Math.random()))) === 0);
}
