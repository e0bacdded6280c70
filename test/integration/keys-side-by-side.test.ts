import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkKeys } from '../../src/collectors/keys/check-keys.ts'
import { checkStreams } from '../../src/collectors/keys/check-streams.ts'
import { countKeys } from '../../src/collectors/keys/count-keys.ts'
import type { Family } from '../support/exposition.ts'
import { floats, runKeyWorkload } from '../support/key-workload.ts'
import { startPeerExporter } from '../support/peer-exporter.ts'
import { polled, walked } from '../support/read-keys.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'

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

    await expectSame(ofKeys, flags, await walked(redis.url, checkKeys, flags))
  })

  it('without values', async () => {
    const flags = ['--check-keys=key:*']
    const ours = await walked(redis.url, checkKeys, [...flags, '--disable-exporting-key-values'])

    await expectSame(/^redis_key_size$/, flags, ours)
    expect(ours).toHaveLength(2)
  })

  it('named one by one', async () => {
    // The flag of the other takes neither commas nor quotes.
    const flags = ['--check-single-keys', 'key:word,key:hll,key:511,db3=key:list,absent']

    await expectSame(ofKeys, flags, await polled(redis.url, flags))
  })

  it('counted', async () => {
    const flags = ['--count-keys', 'key:*,db3=*,value:1,nothing*,db5=*,key:?????']

    await expectSame(/^redis_keys_count$/, flags, await walked(redis.url, countKeys, flags))
  })
})

describe('the same streams as the Go exporter reads them', () => {
  it('walked, with groups and consumers', async () => {
    const flags = ['--check-streams', 'stream:*,db3=stream:*']

    await expectSame(/^redis_stream_/, flags, await walked(redis.url, checkStreams, flags))
  })

  it('named one by one', async () => {
    const flags = ['--check-single-streams', 'stream:orders,db3=stream:empty,db3=stream:orders']

    await expectSame(/^redis_stream_/, flags, await polled(redis.url, flags))
  })

  it('without consumers', async () => {
    const flags = ['--check-streams=stream:*']
    const ours = await walked(redis.url, checkStreams, [
      ...flags,
      '--streams-exclude-consumer-metrics',
    ])

    await expectSame(/^redis_stream_(?!group_consumer_)/, flags, ours)
    expect(ours.filter(({ name }) => /group_consumer_/.test(name))).toEqual([])
  })
})

it('the table of numbers is complete on the server', async () => {
  expect((await redis.client().keys('value:*')).length).toBe(floats.length)
})

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
