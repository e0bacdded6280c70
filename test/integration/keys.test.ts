import { afterAll, beforeAll, expect, it } from 'vitest'
import { checkKeys } from '../../src/collectors/keys/check-keys.ts'
import { errorFields } from '../support/error-replies.ts'
import { runKeyWorkload } from '../support/key-workload.ts'
import { polled, valuesOf, walked } from '../support/read-keys.ts'
import { startCluster } from '../support/redis-cluster.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { tinyWalk } from '../support/tiny-walk.ts'

let redis: RedisServer

beforeAll(async () => {
  redis = await startRedis()
  await runKeyWorkload(redis)
})

afterAll(() => redis?.stop())

it('keys of any bytes are read, walked and named', async () => {
  const walk = await walked(redis.url, checkKeys, ['--check-keys', 'binary:*'])
  const poll = await polled(redis.url, ['--check-single-keys', 'binary:%ff%fe%00,binary:%ff hash'])

  const sizes = valuesOf(walk, 'redis_key_size')
  expect(sizes.map(([, value]) => value).sort()).toEqual([1, 2])
  expect(valuesOf(poll, 'redis_key_size').sort()).toEqual(sizes.sort())
})

it('a key of another database is not taken for one of the same name', async () => {
  const other = redis.client({ db: 3 })
  await other.set('twice', 'three')
  await redis.client().set('twice', 'zero')
  const flags = ['--check-single-keys=twice,db3=twice', '--check-single-streams=db3=stream:orders']

  const families = await polled(redis.url, flags)

  const values = families.find(({ name }) => name === 'redis_key_value_as_string')?.samples
  expect(values?.map(({ labels }) => labels)).toEqual([
    { db: 'db0', key: 'twice', val: 'zero' },
    { db: 'db3', key: 'twice', val: 'three' },
  ])
})

it('a database that the server does not have costs nothing but its own keys', async () => {
  const families = await polled(redis.url, ['--check-single-keys=db99=key:list,key:list'])

  expect(valuesOf(families, 'redis_key_size')).toEqual([['key:list', 3]])
})

it('long values are read in part, and their size is true', async () => {
  const families = await walked(redis.url, checkKeys, ['--check-keys', 'long:*'])

  expect(valuesOf(families, 'redis_key_size').sort()).toEqual([
    ['long:100000', 100_000],
    ['long:512', 512],
  ])
  const values = families.find(({ name }) => name === 'redis_key_value_as_string')?.samples ?? []
  for (const { labels } of values) expect(labels.val?.length).toBeLessThanOrEqual(512)
})

it('keys that vanish during the walk give nothing, and the rest is whole', async () => {
  await using own = await startRedis()
  const client = own.client()
  for (let index = 0; index < 200; index++) await client.set(`k${index}`, 'x'.repeat(600))
  const between = async () => {
    const key = await client.randomkey()
    if (key !== null) await client.del(key)
  }

  const { samples } = await tinyWalk(own.url, checkKeys, { flags: ['--check-keys=*'], between })

  const keysWith = (name: string) =>
    samples.flatMap(({ metric, labels }) => (metric.name === name ? [labels.key] : []))
  expect(new Set(keysWith('key_size')).size).toBeGreaterThan(150)
  for (const { metric, value } of samples) if (metric.name === 'key_size') expect(value).toBe(600)
  expect((await errorFields(own)).total_error_replies).toBe('0')
})

it('of the nodes of a cluster, the one that has a key gives it, and no other fails', async () => {
  await using cluster = await startCluster()
  const flags = ['--check-single-keys=a', '--check-single-streams=a']
  for (const node of cluster.nodes) {
    await node
      .client()
      .rpush('a', 1)
      .catch(() => undefined)
  }
  const polls = await Promise.all(cluster.nodes.map(({ url }) => polled(url, flags)))

  expect(polls.flatMap((families) => valuesOf(families, 'redis_key_size'))).toEqual([['a', 1]])
})

it('the estimate of a HyperLogLog is read without writing anything', async () => {
  const own = await startRedis()
  await using _ = own
  const [client, watcher] = [own.client(), own.client()]
  await client.pfadd('sparse', 1, 2, 3)
  await client.pfadd('dense', ...Array.from({ length: 5_000 }, (_, index) => index))
  await client.pfadd('counted', 1, 2)
  await client.pfcount('counted')
  const expected = { sparse: 3, counted: 2 }
  const changes = async () => (await own.info('persistence')).rdb_changes_since_last_save
  const before = await changes()
  await watcher.watch('sparse', 'dense', 'counted')

  const flags = ['--check-single-keys=sparse,dense,counted']
  const named = valuesOf(await polled(own.url, flags), 'redis_key_size')
  const { samples } = await tinyWalk(own.url, checkKeys, { flags: ['--check-keys=*'] })

  const sizes = samples.filter(({ metric }) => metric.name === 'key_size')
  const sizeOf = Object.fromEntries(sizes.map(({ labels, value }) => [labels.key, value]))
  expect(sizeOf).toMatchObject(expected)
  expect(Object.fromEntries(named)).toEqual(sizeOf)
  expect(await changes()).toBe(before)
  expect(await watcher.multi().ping().exec()).toEqual([[null, 'PONG']])
  expect(sizeOf.dense).toBe(await client.pfcount('dense'))
})
