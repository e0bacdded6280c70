import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkKeys } from '../../src/collectors/keys/check-keys.ts'
import { checkStreams } from '../../src/collectors/keys/check-streams.ts'
import { countKeys } from '../../src/collectors/keys/count-keys.ts'
import type { KeyCollector } from '../../src/collectors/keys/key-collector.ts'
import { encode } from '../../src/metrics/encode.ts'
import type { Sample } from '../../src/metrics/metric.ts'
import { checkExposition, type Family, parseExposition } from '../support/exposition.ts'
import { floats, runKeyWorkload } from '../support/key-workload.ts'
import { startPeerExporter } from '../support/peer-exporter.ts'
import { familiesOf, polledTarget } from '../support/polled-target.ts'
import { startCluster } from '../support/redis-cluster.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { tinyWalk } from '../support/tiny-walk.ts'

const single = 'key:word,key:hll,db3=key:"quoted" \\ %0A%09={}*,db3=key:list,long:512,nothing'

let redis: RedisServer

beforeAll(async () => {
  redis = await startRedis()
  await runKeyWorkload(redis)
})

afterAll(() => redis?.stop())

// The distribution is of INFO, and of newer servers.
const ofKeys = /^redis_key_(?!size_distribution$)/

describe('the same keys as the Go exporter reads them', () => {
  it('walked: every type, value, name and database', async () => {
    const flags = ['--check-keys', 'key:*,db3=key:*,value:*,stream:*,absent,db3=absent']

    await expectSame(ofKeys, flags, await walked(checkKeys, flags))
  })

  it('without values', async () => {
    const flags = ['--check-keys=key:*']
    const ours = await walked(checkKeys, [...flags, '--disable-exporting-key-values'])

    await expectSame(/^redis_key_size$/, flags, ours)
    expect(ours).toHaveLength(2)
  })

  it('named one by one', async () => {
    // The flag of the other takes neither commas nor quotes.
    const flags = ['--check-single-keys', 'key:word,key:hll,key:511,db3=key:list,absent']

    await expectSame(ofKeys, flags, await polled(flags))
  })

  it('counted', async () => {
    const flags = ['--count-keys', 'key:*,db3=*,value:1,nothing*,db5=*,key:?????']

    await expectSame(/^redis_keys_count$/, flags, await walked(countKeys, flags))
  })
})

describe('the same streams as the Go exporter reads them', () => {
  it('walked, with groups and consumers', async () => {
    const flags = ['--check-streams', 'stream:*,db3=stream:*']

    await expectSame(/^redis_stream_/, flags, await walked(checkStreams, flags))
  })

  it('named one by one', async () => {
    const flags = ['--check-single-streams', 'stream:orders,db3=stream:empty,db3=stream:orders']

    await expectSame(/^redis_stream_/, flags, await polled(flags))
  })

  it('without consumers', async () => {
    const flags = ['--check-streams=stream:*']
    const ours = await walked(checkStreams, [...flags, '--streams-exclude-consumer-metrics'])

    await expectSame(/^redis_stream_(?!group_consumer_)/, flags, ours)
    expect(ours.filter(({ name }) => /group_consumer_/.test(name))).toEqual([])
  })
})

describe('the server counts no error', () => {
  it.each([
    [checkKeys, ['--check-keys', '*,db3=*,key:nothing,db3=nothing']],
    [checkKeys, ['--check-keys', '*', '--disable-exporting-key-values']],
    [checkStreams, ['--check-streams', '*,db3=*,key:list,nothing']],
    [countKeys, ['--count-keys', '*,db3=key:*']],
  ] as const)('walked by $name with %j', async (collector, flags) => {
    const before = await errorsOf(redis)
    const { samples, rejected } = await tinyWalk(redis.url, collector, { flags })

    expect(samples.length).toBeGreaterThan(0)
    expect(rejected).toEqual([])
    expect(await errorsOf(redis)).toEqual(before)
  })

  it('in a poll', async () => {
    const before = await errorsOf(redis)
    const flags = [`--check-single-keys=${single}`, '--check-single-streams=stream:orders,key:list']

    expect((await polled(flags)).filter(({ name }) => /_key_|_stream_/.test(name))).not.toEqual([])
    expect(await errorsOf(redis)).toEqual(before)
  })
})

it('keys of any bytes are read, walked and named', async () => {
  const walk = await walked(checkKeys, ['--check-keys', 'binary:*'])
  const poll = await polled(['--check-single-keys', 'binary:%ff%fe%00,binary:%ff hash'])

  const sizes = valuesOf(walk, 'redis_key_size')
  expect(sizes.map(([, value]) => value).sort()).toEqual([1, 2])
  expect(valuesOf(poll, 'redis_key_size').sort()).toEqual(sizes.sort())
})

it('a key of another database is not taken for one of the same name', async () => {
  const other = redis.client({ db: 3 })
  await other.set('twice', 'three')
  await redis.client().set('twice', 'zero')
  const flags = ['--check-single-keys=twice,db3=twice', '--check-single-streams=db3=stream:orders']

  const families = await polled(flags)

  const values = families.find(({ name }) => name === 'redis_key_value_as_string')?.samples
  expect(values?.map(({ labels }) => labels)).toEqual([
    { db: 'db0', key: 'twice', val: 'zero' },
    { db: 'db3', key: 'twice', val: 'three' },
  ])
})

it('a database that the server does not have costs nothing but its own keys', async () => {
  const families = await polled(['--check-single-keys=db99=key:list,key:list'])

  expect(valuesOf(families, 'redis_key_size')).toEqual([['key:list', 3]])
})

it('long values are read in part, and their size is true', async () => {
  const families = await walked(checkKeys, ['--check-keys', 'long:*'])

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
  expect((await errorsOf(own)).total_error_replies).toBe('0')
})

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

it('of the nodes of a cluster, the one that has a key gives it, and no other fails', async () => {
  await using cluster = await startCluster()
  const flags = ['--check-single-keys=a', '--check-single-streams=a']
  for (const node of cluster.nodes) {
    await node
      .client()
      .rpush('a', 1)
      .catch(() => undefined)
  }
  const polls = await Promise.all(cluster.nodes.map(({ url }) => polled(flags, url)))

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
  const named = valuesOf(await polled(flags, own.url), 'redis_key_size')
  const { samples } = await tinyWalk(own.url, checkKeys, { flags: ['--check-keys=*'] })

  const sizes = samples.filter(({ metric }) => metric.name === 'key_size')
  const sizeOf = Object.fromEntries(sizes.map(({ labels, value }) => [labels.key, value]))
  expect(sizeOf).toMatchObject(expected)
  expect(Object.fromEntries(named)).toEqual(sizeOf)
  expect(await changes()).toBe(before)
  expect(await watcher.multi().ping().exec()).toEqual([[null, 'PONG']])
  expect(sizeOf.dense).toBe(await client.pfcount('dense'))
})

it('a database that is not there is a part that fails, and causes one error reply at most', async () => {
  await using own = await startRedis()
  await own.client().set('a', 'x')
  using target = polledTarget(own.url, {
    flags: ['--check-single-keys=a,db99=k', '--check-single-streams=db99=k'],
  })
  const first = await target.poll()
  const errors = async () => Number((await errorsOf(own)).total_error_replies)
  expect(await errors()).toBeLessThanOrEqual(2)
  const before = await errors()
  const second = await target.poll()

  expect(await errors()).toBe(before)
  for (const { collectors } of [first, second]) {
    const keys = collectors.find(({ name }) => name === 'check-single-keys')
    expect([...(keys?.failedParts ?? [])].map(([part, { message }]) => [part, message])).toEqual([
      ['db99', 'there is no such database'],
    ])
    expect(keys?.rejected).toEqual([])
    expect(keys?.samples.map(({ metric }) => metric.name)).toContain('key_size')
  }
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
  const poll = await polled(['--check-single-keys=other:1,mine:1'], url)

  const sizes = samples.filter(({ metric }) => metric.name === 'key_size')
  expect(sizes.map(({ labels }) => labels.key).sort()).toEqual(['mine:1', 'mine:2'])
  expect(valuesOf(poll, 'redis_key_size')).toEqual([['mine:1', 1]])
})

it('the table of numbers is complete on the server', async () => {
  expect((await redis.client().keys('value:*')).length).toBe(floats.length)
})

async function walked(collector: KeyCollector, flags: readonly string[]) {
  const { samples } = await tinyWalk(redis.url, collector, { flags })
  return toFamilies(samples)
}

async function polled(flags: readonly string[], url = redis.url): Promise<readonly Family[]> {
  using target = polledTarget(url, { flags })
  await target.poll()
  const result = await target.poll()
  expect(result.error ?? result.collectors.find(({ error }) => error)).toBeUndefined()
  return await familiesOf(result)
}

function toFamilies(samples: readonly Sample[]): readonly Family[] {
  const { text } = encode('redis', samples)
  expect(checkExposition(text)).toEqual([])
  return parseExposition(text)
}

const unknownToTheirs =
  /^redis_stream_(entries_added_total|idmp_\w+|pids_tracked|iids_(tracked|added_total|duplicates_total))$/
// Of a group for which the server knows neither, the Go exporter tells 0.
const maybeUnknown = /^redis_stream_group_(lag|entries_read)$/

/** Both exporters have the families that are named so, with the same types and series. */
async function expectSame(
  names: RegExp,
  flags: readonly string[],
  ours: readonly Family[],
): Promise<void> {
  await using peer = await startPeerExporter({ args: ['-redis.addr', redis.url, ...flags] })
  const named = (all: readonly Family[]) =>
    all
      .filter(({ name }) => names.test(name) && !unknownToTheirs.test(name))
      .map(({ name, type, samples }) => ({
        name,
        type,
        series: samples.map(asText).sort(),
      }))
      .sort((one, other) => (one.name < other.name ? -1 : 1))
  const own = named(ours)
  const theirs = named(await peer.metrics()).map((family) => {
    if (!maybeUnknown.test(family.name)) return family
    const known = new Set(own.find(({ name }) => name === family.name)?.series)
    return { ...family, series: family.series.filter((one) => known.has(one) || !isZero(one)) }
  })

  expect(theirs.length).toBeGreaterThan(0)
  expect(own).toEqual(theirs)
}

function isZero(series: string): boolean {
  return series.endsWith(',"0"]')
}

// How long a consumer is idle goes on between the two.
function asText({ name, labels, value }: Family['samples'][number]): string {
  const moving = name === 'redis_stream_group_consumer_idle_seconds'
  return JSON.stringify([Object.entries(labels).sort(), moving ? 'moving' : `${value}`])
}

function valuesOf(families: readonly Family[], name: string): [string, number][] {
  const samples = families.find((family) => family.name === name)?.samples ?? []
  return samples.map(({ labels, value }) => [labels.key ?? '', value])
}

async function errorsOf(server: RedisServer): Promise<Readonly<Record<string, string>>> {
  const { total_error_replies = '' } = await server.info('stats')
  return { total_error_replies, ...(await server.info('errorstats')) }
}

/** Adds to a HyperLogLog until its count holds no more: of what is new, something may change nothing. */
async function changeCount(client: ReturnType<RedisServer['client']>, key: string): Promise<void> {
  while ((await client.pfadd(key, String(Math.random()))) === 0);
}
