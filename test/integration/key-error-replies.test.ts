import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkKeys } from '../../src/collectors/keys/check-keys.ts'
import { checkStreams } from '../../src/collectors/keys/check-streams.ts'
import { countKeys } from '../../src/collectors/keys/count-keys.ts'
import { errorFields } from '../support/error-replies.ts'
import { runKeyWorkload } from '../support/key-workload.ts'
import { polledTarget } from '../support/polled-target.ts'
import { polled } from '../support/read-keys.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { tinyWalk } from '../support/tiny-walk.ts'

const single = 'key:word,key:hll,db3=key:"quoted" \\ %0A%09={}*,db3=key:list,long:512,nothing'

let redis: RedisServer

beforeAll(async () => {
  redis = await startRedis()
  await runKeyWorkload(redis)
})

afterAll(() => redis?.stop())

describe('the server counts no error', () => {
  it.each([
    [checkKeys, ['--check-keys', '*,db3=*,key:nothing,db3=nothing']],
    [checkKeys, ['--check-keys', '*', '--disable-exporting-key-values']],
    [checkStreams, ['--check-streams', '*,db3=*,key:list,nothing']],
    [countKeys, ['--count-keys', '*,db3=key:*']],
  ] as const)('walked by $name with %j', async (collector, flags) => {
    const before = await errorFields(redis)
    const { samples, rejected } = await tinyWalk(redis.url, collector, { flags })

    expect(samples.length).toBeGreaterThan(0)
    expect(rejected).toEqual([])
    expect(await errorFields(redis)).toEqual(before)
  })

  it('in a poll', async () => {
    const before = await errorFields(redis)
    const flags = [`--check-single-keys=${single}`, '--check-single-streams=stream:orders,key:list']

    expect(
      (await polled(redis.url, flags)).filter(({ name }) => /_key_|_stream_/.test(name)),
    ).not.toEqual([])
    expect(await errorFields(redis)).toEqual(before)
  })
})

it('a database that is not there is a part that fails, and causes one error reply at most', async () => {
  await using own = await startRedis()
  await own.client().set('a', 'x')
  using target = polledTarget(own.url, {
    flags: ['--check-single-keys=a,db99=k', '--check-single-streams=db99=k'],
  })
  const first = await target.poll()
  const errors = async () => Number((await errorFields(own)).total_error_replies)
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
