import { describe, expect, test } from 'vitest'
import { keyGroups } from '../../../src/collectors/keys/key-groups.ts'
import { fromErrorReply, redisError } from '../../../src/redis/redis-error.ts'
import { defaultSettings } from '../../support/default-settings.ts'
import { textOf } from '../../support/fake-poll.ts'
import { type Database, groups, walk } from '../../support/key-groups-walk.ts'
import { fakeWalk, type KeyWalkResult, keyWalk } from '../../support/key-walk.ts'
import { unindented } from '../../support/unindented.ts'

function text({ samples }: KeyWalkResult): string {
  return textOf(samples)
}

test('keys and memory by group, in each database, and how long that took', async () => {
  const filled: Database[] = [
    [
      ['user:1', 50],
      ['user:2', 60],
      ['order:1', 70],
    ],
    [],
    [['user:1', 80]],
  ]

  expect(text(await walk(filled, { databases: 4, seconds: 1.2345 }))).toBe(unindented`
    # TYPE redis_key_group_count gauge
    redis_key_group_count{db="db0",key_group="user"} 2
    redis_key_group_count{db="db0",key_group="order"} 1
    redis_key_group_count{db="db2",key_group="user"} 1
    # TYPE redis_key_group_memory_usage_bytes gauge
    redis_key_group_memory_usage_bytes{db="db0",key_group="user"} 110
    redis_key_group_memory_usage_bytes{db="db0",key_group="order"} 70
    redis_key_group_memory_usage_bytes{db="db2",key_group="user"} 80
    # TYPE redis_last_key_groups_scrape_duration_milliseconds gauge
    redis_last_key_groups_scrape_duration_milliseconds 1234
    # TYPE redis_number_of_distinct_key_groups gauge
    redis_number_of_distinct_key_groups{db="db0"} 2
    redis_number_of_distinct_key_groups{db="db1"} 0
    redis_number_of_distinct_key_groups{db="db2"} 1
    redis_number_of_distinct_key_groups{db="db3"} 0
  `)
})

test('a database that is not even entered has no groups', async () => {
  const { samples } = await keyWalk(keyGroups, {
    settings: { checkKeyGroups: ['.*'] },
    databases: 1,
    scan: () => undefined,
    read: async () => [],
  })

  expect(samples.map(({ metric, value }) => `${metric.name} ${value}`)).toEqual([
    'last_key_groups_scrape_duration_milliseconds 1000',
    'number_of_distinct_key_groups 0',
  ])
})

test('all keys of every database are looked at', () => {
  const visitor = keyGroups.start(fakeWalk({}, 2))

  expect([0, 1].map((database) => visitor.wants(database))).toEqual([
    { keys: [], patterns: ['*'] },
    { keys: [], patterns: ['*'] },
  ])
})

test('the memory of all keys of a batch is asked for together, with the key as it is', async () => {
  const { commands } = await walk([
    [
      ['user:\xff\n 1', 1],
      ['b', 2],
      ['c', 3],
    ],
  ])

  expect(commands).toEqual(['MEMORY USAGE user:\xff\n 1', 'MEMORY USAGE b', 'MEMORY USAGE c'])
})

describe('the name of a group', () => {
  test.each([
    ['is what the pattern captures', ['^(user):'], 'user:1', 'user'],
    ['is all that it captures, joined', ['^(u)ser(:)(.)'], 'user:1', 'u:1'],
    ['is empty where it captures nothing', ['^user'], 'user:1', ''],
    ['comes from the first pattern that matches', ['^x(.*)', '^(us)', '^(user)'], 'user:1', 'us'],
    ['is unclassified where none matches', ['^(order)'], 'user:1', 'unclassified'],
    ['is text where its bytes are', ['^(.*):'], '\xc3\xa4:1', 'ä'],
  ])('%s', async (_, patterns, key, name) => {
    expect(groups(await walk([[[key, 5]]], { patterns })).shown).toEqual([`${name}: 1, 5`])
  })
})

test('a group that is called unclassified goes together with keys that no pattern matches', async () => {
  const result = await walk([
    [
      ['unclassified:1', 1],
      ['other', 2],
    ],
  ])

  expect(groups(result)).toEqual({ shown: ['unclassified: 2, 3'], distinct: 1 })
})

test('a key that comes twice counts twice', async () => {
  const result = await walk([
    [
      ['user:1', 5],
      ['user:2', 6],
      ['user:1', 5],
    ],
  ])

  expect(groups(result).shown).toEqual(['user: 3, 16'])
})

describe('a key whose memory is not told counts without any', () => {
  test.each([
    ['because it is gone', null, []],
    [
      'because the user may not see the key',
      fromErrorReply('NOPERM No permissions to access a key'),
      ['MEMORY USAGE of 1 keys'],
    ],
    ['because the reply is none', 'twelve', []],
  ])('%s', async (_, reply, rejected) => {
    const result = await walk([
      [
        ['user:1', 50],
        ['user:2', reply],
      ],
    ])

    expect(groups(result).shown).toEqual(['user: 2, 50'])
    expect(result.rejected).toEqual(rejected)
  })
})

describe('a server that refuses to tell the memory of keys', () => {
  const noperm = fromErrorReply('NOPERM no')
  const filled: Database = ['a:1', 'a:2', 'b:1', 'b:2', 'b:3'].map((key) => [key, noperm])

  test('costs that family alone: the keys are counted', async () => {
    const result = await walk([filled])

    expect(groups(result).shown).toEqual(['a: 2, undefined', 'b: 3, undefined'])
    expect(result.failedParts).toEqual(['memory|usage'])
    expect(result.rejected).toEqual([])
  })

  test('is asked with one batch and not again', async () => {
    expect((await walk([filled])).commands).toEqual(['MEMORY USAGE a:1', 'MEMORY USAGE a:2'])
  })
})

test.each(['LOADING', 'MASTERDOWN', 'BUSY'])(
  'a server that answers %s gives no picture of its keys: the batch fails',
  async (code) => {
    const filled: Database = [['a:1', fromErrorReply(`${code} not now`)]]

    await expect(walk([filled])).rejects.toMatchObject({ reason: code.toLowerCase() })
  },
)

test('a batch that is visited again, because its connection was lost, counts once', async () => {
  const visitor = keyGroups.start(fakeWalk({ checkKeyGroups: ['^(user)'] }))
  const lost = async () => {
    throw redisError('connection', 'the connection was closed')
  }
  await expect(visitor.visit(0, ['user:1'], lost)).rejects.toThrow('the connection was closed')
  // Read, but not taken in, since another visitor failed.
  await visitor.visit(0, ['user:1'], async () => [5])
  const takeIn = await visitor.visit(0, ['user:1'], async () => [5])
  takeIn()
  await visitor.leave?.(0, async () => [])
  const samples = (await visitor.leave?.(0, async () => []))?.() ?? []

  expect(
    groups({ samples, leftOut: 0, rejected: [], failedParts: [], commands: [] }).shown,
  ).toEqual(['user: 1, 5'])
})

test.each([
  ['no patterns', undefined, false],
  ['an empty list of patterns', [], false],
  ['a pattern', ['.*'], true],
])('with %s it is wanted: %j gives %s', (_, checkKeyGroups, wanted) => {
  expect(keyGroups.isWanted?.({ ...defaultSettings, checkKeyGroups })).toBe(wanted)
})
