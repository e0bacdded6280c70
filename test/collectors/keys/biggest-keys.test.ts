import { describe, expect, test } from 'vitest'
import { biggestKeys } from '../../../src/collectors/keys/biggest-keys.ts'
import { parseInfo } from '../../../src/redis/info.ts'
import { serverInfo } from '../../../src/redis/server-info.ts'
import { answers, biggest, type Key, text, walk } from '../../support/biggest-keys-walk.ts'
import { defaultSettings } from '../../support/default-settings.ts'
import { fakeWalk } from '../../support/key-walk.ts'
import { unindented } from '../../support/unindented.ts'

const count = (biggestKeysCount: number) => ({ settings: { biggestKeysCount } })

test('the biggest keys of each type over all databases, and the sums of each database', async () => {
  const result = await walk(
    [
      [
        ['page:1', 'string', 5_000, 4_900],
        ['page:2', 'string', 100, 50],
        ['queue', 'list', 900, 12],
      ],
      [],
      [
        ['page:3', 'string', 7_000, 4_000],
        ['doc', 'ReJSON-RL', 300],
      ],
    ],
    count(2),
  )

  expect(text(result)).toBe(unindented`
    # TYPE redis_biggest_key_memory_bytes gauge
    redis_biggest_key_memory_bytes{db="db2",type="string",key="page:3"} 7000
    redis_biggest_key_memory_bytes{db="db0",type="string",key="page:1"} 5000
    redis_biggest_key_memory_bytes{db="db0",type="list",key="queue"} 900
    redis_biggest_key_memory_bytes{db="db2",type="ReJSON-RL",key="doc"} 300
    # TYPE redis_biggest_key_size gauge
    redis_biggest_key_size{db="db0",type="string",key="page:1"} 4900
    redis_biggest_key_size{db="db2",type="string",key="page:3"} 4000
    redis_biggest_key_size{db="db0",type="list",key="queue"} 12
    # TYPE redis_keys_by_type gauge
    redis_keys_by_type{db="db0",type="string"} 2
    redis_keys_by_type{db="db2",type="string"} 1
    redis_keys_by_type{db="db0",type="list"} 1
    redis_keys_by_type{db="db2",type="ReJSON-RL"} 1
    # TYPE redis_keys_by_type_memory_bytes gauge
    redis_keys_by_type_memory_bytes{db="db0",type="string"} 5100
    redis_keys_by_type_memory_bytes{db="db2",type="string"} 7000
    redis_keys_by_type_memory_bytes{db="db0",type="list"} 900
    redis_keys_by_type_memory_bytes{db="db2",type="ReJSON-RL"} 300
  `)
  expect(result).toMatchObject({ leftOut: 0, rejected: [] })
})

test('nothing is told before the end of the walk', async () => {
  const visitor = biggestKeys.start(fakeWalk({}))
  const takeIn = await visitor.visit(0, ['a'], async (commands) =>
    answers([['a', 'string', 60, 1]], commands),
  )

  expect(takeIn()).toEqual([])
  expect(visitor.leave).toBeUndefined()
})

test('all keys of every database are looked at', () => {
  expect(biggestKeys.start(fakeWalk({}, 2)).wants(1)).toEqual({ keys: [], patterns: ['*'] })
})

describe('the size', () => {
  test.each([
    ['string', 'STRLEN'],
    ['list', 'LLEN'],
    ['set', 'SCARD'],
    ['zset', 'ZCARD'],
    ['hash', 'HLEN'],
    ['stream', 'XLEN'],
    ['array', 'ARCOUNT'],
    ['vectorset', 'VCARD'],
  ])('of a %s comes from %s', async (type, command) => {
    const result = await walk([[['\xff\n', type, 90, 7]]])

    expect(result.commands).toEqual(['TYPE \xff\n', 'MEMORY USAGE \xff\n', `${command} \xff\n`])
    expect(biggest(result, 'size')).toEqual([expect.stringMatching(/ 7$/)])
  })

  test('of a type of a module is not asked for', async () => {
    expect((await walk([[['a', 'TSDB-TYPE', 90]]])).commands).toHaveLength(2)
  })

  test.each([
    // Two keys are held, of 90 elements at least, when the third comes.
    ['string', 89, false],
    ['string', 90, true],
    ['set', 179, false],
    ['set', 180, true],
    ['zset', 359, false],
    ['zset', 360, true],
    ['hash', 359, false],
    ['hash', 360, true],
    // Their memory is only estimated.
    ['list', 1, true],
    ['stream', 1, true],
  ])(
    'of a %s of %i bytes, against those of 90 elements, is asked for: %s',
    async (type, memory, asked) => {
      const before = ['a', 'b', 'c', 'd'].map((key): Key => [key, type, 5_000, 90])
      const result = await walk([[...before, ['z', type, memory, 1]]], count(2))

      expect(
        result.commands.some((command) => /^[A-Z]+ z$/.test(command.replace('TYPE z', ''))),
      ).toBe(asked)
    },
  )

  test('of nothing is not big', async () => {
    const result = await walk([
      [
        ['empty', 'string', 56, 0],
        ['gone', 'list', 90, 0],
      ],
    ])

    expect(biggest(result, 'size')).toEqual([])
    expect(biggest(result, 'memory_bytes')).toHaveLength(2)
  })
})

test('a batch is one round trip and, where a size may matter, a second', async () => {
  const trips: (readonly string[])[] = []
  const visitor = biggestKeys.start(fakeWalk({ biggestKeysCount: 1 }))
  const visit = async (...keys: Key[]) => {
    const takeIn = await visitor.visit(
      0,
      keys.map(([key]) => key),
      async (commands) => {
        trips.push(commands.map(([name]) => name))
        return answers(keys, commands)
      },
    )
    takeIn()
  }
  await visit(['a', 'string', 900, 800], ['b', 'string', 800, 700])
  await visit(['c', 'string', 60, 5])

  expect(trips).toEqual([
    ['TYPE', 'MEMORY', 'TYPE', 'MEMORY'],
    ['STRLEN', 'STRLEN'],
    ['TYPE', 'MEMORY'],
  ])
})

describe('a key', () => {
  test('that SCAN gives twice stands among the biggest once', async () => {
    const twice: Key = ['a', 'string', 900, 800]
    const result = await walk(
      [[twice, ['b', 'string', 100, 50], twice, ['c', 'string', 90, 40]]],
      count(3),
    )

    expect(biggest(result, 'size')).toEqual([
      'db0 string a 800',
      'db0 string b 50',
      'db0 string c 40',
    ])
    expect(biggest(result, 'memory_bytes')).toHaveLength(3)
  })

  test('of one name in two databases is two keys', async () => {
    const result = await walk([[['a', 'set', 90, 3]], [['a', 'set', 80, 2]]])

    expect(biggest(result, 'size')).toEqual(['db0 set a 3', 'db1 set a 2'])
  })

  test('that is gone by now counts nowhere', async () => {
    const result = await walk([
      [
        ['a', 'none', null],
        ['b', 'string', null],
        ['c', 'set', 9, 1],
      ],
    ])

    expect(text(result)).toContain('redis_keys_by_type{db="db0",type="set"} 1\n')
    expect(result.samples).toHaveLength(4)
  })

  test.each([
    ['as text', {}, 'a "b"\xc3\xa4', 'a "b"ä'],
    ['with bytes that are none', {}, 'a\xff', 'a\\xff#8dd06b5ab6b59425'],
    ['with a blank first', {}, ' a', ' a'],
    ['hashed, where names shall not be told', { hashKeyNames: true }, 'a', 'ca978112ca1bbdca'],
  ])('is named %s', async (_, settings, key, shown) => {
    const { samples } = await walk([[[key, 'string', 90, 3]]], { settings })

    expect(samples.flatMap(({ labels }) => labels.key ?? [])).toEqual([shown, shown])
  })
})

describe('with more keys and types than are wanted', () => {
  test('as many keys of each type are told of, by memory and by size', async () => {
    const many = Array.from(
      { length: 300 },
      (_, index): Key => [`k${index}`, index % 2 ? 'set' : 'hash', 9_000 + index, index],
    )
    const result = await walk([many], { batch: 7 })

    expect(biggest(result, 'memory_bytes')).toHaveLength(20)
    expect(biggest(result, 'size')).toHaveLength(20)
    expect(biggest(result, 'size').slice(0, 2)).toEqual(['db0 hash k298 298', 'db0 hash k296 296'])
  })

  test('the types beyond sixteen go together as other', async () => {
    const many = Array.from(
      { length: 20 },
      (_, index): Key => [`k${index}`, `module-${index}`, index + 1],
    )
    const { samples } = await walk([many])
    const types = samples.filter(({ metric }) => metric.name === 'keys_by_type')

    expect(types).toHaveLength(17)
    expect(types.at(-1)).toMatchObject({ labels: { type: 'other' }, value: 4 })
  })
})

test.each([
  ['a master, unless told otherwise', 'master', false, true],
  ['no master, where the settings forbid it', 'master', true, false],
  ['a replica, also then', 'slave', true, true],
])('it looks at %s', (_, role, skipKeysOfMaster, looks) => {
  const server = serverInfo(parseInfo(`# Replication\nrole:${role}\n`), undefined)

  expect(biggestKeys.appliesTo?.(server, { ...defaultSettings, skipKeysOfMaster })).toBe(looks)
})
