import { describe, expect, test } from 'vitest'
import type { CollectorSettings } from '../../../src/collectors/collector.ts'
import { biggestKeys } from '../../../src/collectors/keys/biggest-keys.ts'
import { encode } from '../../../src/metrics/encode.ts'
import type { Sample } from '../../../src/metrics/metric.ts'
import type { Command } from '../../../src/redis/command.ts'
import type { BulkReply } from '../../../src/redis/connection.ts'
import { parseInfo } from '../../../src/redis/info.ts'
import { fromErrorReply, isRedisError, redisError } from '../../../src/redis/redis-error.ts'
import { serverInfo } from '../../../src/redis/server-info.ts'
import { defaultSettings } from '../../support/default-settings.ts'
import { withoutHelp } from '../../support/fake-poll.ts'
import { fakeWalk, type KeyWalkResult, keyWalk } from '../../support/key-walk.ts'
import { unindented } from '../../support/unindented.ts'

/** A key as the server sees it: what TYPE, MEMORY USAGE and the command of its size answer. */
type Key = readonly [name: string, type: BulkReply, memory: BulkReply, size?: BulkReply]

interface Options {
  readonly settings?: Partial<CollectorSettings>
  readonly room?: number
  readonly batch?: number
}

function answers(keys: readonly Key[], commands: readonly Command[]): readonly BulkReply[] {
  return commands.map((command) => {
    const [, type = 'none', memory = null, size = 0] =
      keys.find(([key]) => key === command.at(-1)) ?? []
    if (command[0] === 'TYPE') return type
    return command[0] === 'MEMORY' ? memory : size
  })
}

/** Walks over databases in batches of two keys. */
async function walk(
  filled: readonly (readonly Key[])[],
  { batch = 2, settings = {}, ...rest }: Options = {},
): Promise<KeyWalkResult> {
  return await keyWalk(biggestKeys, {
    ...rest,
    settings,
    databases: filled.length,
    async *scan(database) {
      const names = (filled[database] ?? []).map(([key]) => key)
      for (let start = 0; start < names.length; start += batch)
        yield names.slice(start, start + batch)
    },
    read: async (database, commands) => answers(filled[database] ?? [], commands),
  })
}

function text({ samples }: Pick<KeyWalkResult, 'samples'>): string {
  return withoutHelp(encode('redis', samples).text)
}

/** The biggest keys, as `db0 string key 12`. */
function biggest({ samples }: Pick<KeyWalkResult, 'samples'>, by: 'memory_bytes' | 'size') {
  return samples
    .filter(({ metric }) => metric.name === `biggest_key_${by}`)
    .map(({ labels: { db, type, key }, value }) => `${db} ${type} ${key} ${value}`)
}

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

describe('a server that refuses', () => {
  const refusing = (name: string, keys: readonly Key[]) =>
    keyWalk(biggestKeys, {
      settings: {},
      databases: 1,
      async *scan() {
        for (const [key] of keys) yield [key]
      },
      read: async (_, commands) =>
        answers(keys, commands).map((reply, index) =>
          commands[index]?.[0] === name ? fromErrorReply('NOPERM no') : reply,
        ),
    })
  const keys: readonly Key[] = [
    ['a', 'set', 90, 3],
    ['b', 'set', 80, 2],
  ]

  test('MEMORY USAGE is asked once, and sizes and numbers remain', async () => {
    const result = await refusing('MEMORY', keys)

    expect(text(result)).toBe(unindented`
      # TYPE redis_biggest_key_size gauge
      redis_biggest_key_size{db="db0",type="set",key="a"} 3
      redis_biggest_key_size{db="db0",type="set",key="b"} 2
      # TYPE redis_keys_by_type gauge
      redis_keys_by_type{db="db0",type="set"} 2
    `)
    expect(result.commands.filter((command) => command.startsWith('MEMORY'))).toHaveLength(1)
    expect(result.failedParts).toEqual(['memory|usage'])
    expect(result.rejected).toEqual([])
  })

  test('TYPE gives what is known without it', async () => {
    expect(text(await refusing('TYPE', keys))).toBe(unindented`
      # TYPE redis_biggest_key_memory_bytes gauge
      redis_biggest_key_memory_bytes{db="db0",type="unknown",key="a"} 90
      redis_biggest_key_memory_bytes{db="db0",type="unknown",key="b"} 80
      # TYPE redis_keys_by_type gauge
      redis_keys_by_type{db="db0",type="unknown"} 2
      # TYPE redis_keys_by_type_memory_bytes gauge
      redis_keys_by_type_memory_bytes{db="db0",type="unknown"} 170
    `)
  })

  test('a size gives the rest', async () => {
    const result = await refusing('SCARD', keys)

    expect(biggest(result, 'size')).toEqual([])
    expect(biggest(result, 'memory_bytes')).toHaveLength(2)
  })
})

test('a server that loads its data by now fails the walk of this collector', async () => {
  const visitor = biggestKeys.start(fakeWalk({}))
  const failure = await visitor
    .visit(0, ['a'], async (commands) => commands.map(() => fromErrorReply('LOADING data')))
    .catch((error: unknown) => error)

  expect(isRedisError(failure) && failure.reason).toBe('loading')
})

test('a batch that is visited again, because its connection was lost, counts once', async () => {
  const visitor = biggestKeys.start(fakeWalk({}))
  const read = async (commands: readonly Command[]) => answers([['a', 'set', 90, 3]], commands)
  const lost = async () => {
    throw redisError('connection', 'the connection was closed')
  }
  await expect(visitor.visit(0, ['a'], lost)).rejects.toThrow('the connection was closed')
  // Read, but not taken in, since another visitor failed.
  await visitor.visit(0, ['a'], read)
  const takeIn = await visitor.visit(0, ['a'], read)
  takeIn()
  const samples: readonly Sample[] = visitor.finish?.(1) ?? []

  expect(text({ samples })).toContain('redis_keys_by_type{db="db0",type="set"} 1\n')
  expect(biggest({ samples }, 'size')).toEqual(['db0 set a 3'])
})

test.each([
  ['a master, unless told otherwise', 'master', false, true],
  ['no master, where the settings forbid it', 'master', true, false],
  ['a replica, also then', 'slave', true, true],
])('it looks at %s', (_, role, skipKeysOfMaster, looks) => {
  const server = serverInfo(parseInfo(`# Replication\nrole:${role}\n`), undefined)

  expect(biggestKeys.appliesTo?.(server, { ...defaultSettings, skipKeysOfMaster })).toBe(looks)
})
