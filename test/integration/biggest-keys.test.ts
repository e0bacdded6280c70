import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { biggestKeys } from '../../src/collectors/keys/biggest-keys.ts'
import { keyLabel } from '../../src/keyspace/key-label.ts'
import { encode } from '../../src/metrics/encode.ts'
import { eventually } from '../support/eventually.ts'
import { checkExposition } from '../support/exposition.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { type WalkedTarget, walkedTarget } from '../support/walked-target.ts'

interface Key {
  readonly type: string
  readonly name: string
  readonly memory: number
  readonly size: number
}

let server: RedisServer
/** All keys, each read on its own. */
let all: readonly Key[]

// Of every type some hundred keys, whose sizes have no order, in two databases.
const fill = `
  for db = 0, 3, 3 do
    redis.call('SELECT', db)
    for i = 1, 700 do
      local size = (i * 7919 + db) % 1009
      local kind = i % 6
      local key = ({'string', 'list', 'set', 'zset', 'hash', 'stream'})[kind + 1] .. ':' .. i
      if kind == 0 then redis.call('SET', key, string.rep('x', size))
      elseif i % 5 > 0 then size = size % 40 end
      for j = 1, size do
        if kind == 1 then redis.call('RPUSH', key, 'aaaaaaaaaaaaaaaaaaaa')
        elseif kind == 2 then redis.call('SADD', key, j)
        elseif kind == 3 then redis.call('ZADD', key, j, j)
        elseif kind == 4 then redis.call('HSET', key, j, '')
        elseif kind == 5 then redis.call('XADD', key, j .. '-1', 'a', '') end
      end
    end
  end
  redis.call('SELECT', 0)`

beforeAll(async () => {
  // A list whose memory says nothing of its elements.
  server = await startRedis({ args: ['--list-compress-depth', '1'] })
  await server.client().eval(fill, 0)
  const client = server.client({ db: 3 })
  await client.set(Buffer.from('binary:\xff\xfe\x00\n', 'latin1'), 'z'.repeat(70_000))
  await client.pfadd('visitors', ...Array.from({ length: 5_000 }, (_, index) => index))
  all = await readAll()
})

afterAll(async () => await server?.stop())

const sizeCommands: Readonly<Record<string, string>> = {
  ...{ string: 'STRLEN', list: 'LLEN', set: 'SCARD', zset: 'ZCARD', hash: 'HLEN', stream: 'XLEN' },
}

/** Keys by names such as `db3 name`, with memory and size. */
async function readAll(): Promise<readonly Key[]> {
  const found: Key[] = []
  for (const database of [0, 3]) {
    const client = server.client({ db: database })
    for (const key of await client.keysBuffer('*')) {
      const type = await client.type(key)
      const memory = Number(await client.call('MEMORY', 'USAGE', key))
      const size = Number(await client.call(sizeCommands[type] ?? '', key))
      found.push({ type, name: `db${database} ${keyLabel(key.toString('latin1'))}`, memory, size })
    }
  }
  return found
}

/** What the largest are by sorting, of each type. */
function bySorting(by: 'memory' | 'size', most: number) {
  return Object.keys(sizeCommands).flatMap((type) =>
    all
      .filter((key) => key.type === type)
      .map((key) => ({ type, value: key[by] }))
      .sort((one, other) => other.value - one.value)
      .slice(0, most)
      .map(({ value }) => `${type} ${value}`),
  )
}

function walked(target: WalkedTarget, family: string) {
  return target.samples('biggest-keys').filter(({ metric }) => metric.name === family)
}

function valuesByType(target: WalkedTarget, family: string): readonly string[] {
  const samples = walked(target, family)
  return Object.keys(sizeCommands).flatMap((type) =>
    samples.filter(({ labels }) => labels.type === type).map(({ value }) => `${type} ${value}`),
  )
}

describe('the biggest keys of a real server', () => {
  it.each([
    ['one of each type', 1, 1000],
    ['ten of each type, in small batches', 10, 20],
    ['more than there are', 1000, 1000],
  ])('are those of reading all: %s', async (_, biggestKeysCount, checkKeysBatchSize) => {
    using target = walkedTarget(server.url, [biggestKeys], {
      settings: { biggestKeysCount, checkKeysBatchSize },
    })
    const { error, collectors } = await target.walk()

    expect(error).toBeUndefined()
    expect(collectors).toMatchObject([{ leftOut: 0, rejected: [] }])
    expect(valuesByType(target, 'biggest_key_memory_bytes')).toEqual(
      bySorting('memory', biggestKeysCount),
    )
    const sizes = bySorting('size', biggestKeysCount)
    expect(valuesByType(target, 'biggest_key_size')).toEqual(
      sizes.filter((text) => !text.endsWith(' 0')),
    )
  })

  it('have names, databases and values that belong together', async () => {
    using target = walkedTarget(server.url, [biggestKeys], { settings: { biggestKeysCount: 1000 } })
    await target.walk()

    const byName = new Map(all.map((key) => [`${key.type} ${key.name}`, key]))
    for (const { metric, labels, value } of target.samples('biggest-keys')) {
      const key = byName.get(`${labels.type} ${labels.db} ${labels.key}`)
      if (metric.name === 'biggest_key_size') expect(value).toBe(key?.size)
      if (metric.name === 'biggest_key_memory_bytes') expect(value).toBe(key?.memory)
    }
    const [first] = walked(target, 'biggest_key_size').filter(
      ({ labels }) => labels.type === 'string',
    )
    expect(first?.labels).toEqual({
      db: 'db3',
      type: 'string',
      key: keyLabel('binary:\xff\xfe\x00\n'),
    })
    expect(checkExposition(encode('redis', target.samples('biggest-keys')).text)).toEqual([])
  })

  it('come with the number and memory of all keys by type', async () => {
    using target = walkedTarget(server.url, [biggestKeys])
    await target.walk()

    const sumOf = (db: string, type: string, value: (key: { memory: number }) => number) =>
      all
        .filter((key) => key.type === type && key.name.startsWith(`${db} `))
        .reduce((sum, key) => sum + value(key), 0)
    const counts = walked(target, 'keys_by_type')
    const bytes = walked(target, 'keys_by_type_memory_bytes')
    expect(counts).toHaveLength(12)
    expect(bytes).toHaveLength(12)
    for (const {
      labels: { db = '', type = '' },
      value,
    } of counts)
      expect([db, type, value]).toEqual([db, type, sumOf(db, type, () => 1)])
    for (const {
      labels: { db = '', type = '' },
      value,
    } of bytes)
      expect([db, type, value]).toEqual([db, type, sumOf(db, type, ({ memory }) => memory)])
  })

  it('cost no error reply, and sizes of few keys only', async () => {
    using target = walkedTarget(server.url, [biggestKeys], {
      settings: { biggestKeysCount: 1, checkKeysBatchSize: 20 },
    })
    const before = await server.info('commandstats')
    const { total_error_replies: errors } = await server.info('stats')
    await target.walk()
    const after = await server.info('commandstats')

    const calls = (stats: typeof before, command: string) =>
      Number(/calls=(\d+)/.exec(stats[`cmdstat_${command}`] ?? '')?.[1] ?? 0)
    const made = (command: string) => calls(after, command) - calls(before, command)
    expect(made('type')).toBeGreaterThan(1_300)
    expect(made('scard')).toBeLessThan(150)
    expect(made('llen')).toBeGreaterThan(200)
    expect((await server.info('stats')).total_error_replies).toBe(errors)
  })
})

it('a connection that is lost on the way makes nothing count twice', async () => {
  using target = walkedTarget(server.url, [biggestKeys], {
    settings: { checkKeysBatchSize: 10, scanMaxLoad: 0.2 },
  })
  const admin = server.client()
  const walking = target.walk()
  for (let kill = 1; kill <= 3; kill += 1) {
    await eventually(() => expect(target.begun() + target.resumed()).toBe(kill), { every: 5 })
    await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
  }
  const { error } = await walking

  expect(error).toBeUndefined()
  expect([target.begun(), target.resumed()]).toEqual([1, 3])
  const keys = walked(target, 'keys_by_type').reduce((sum, { value }) => sum + Number(value), 0)
  expect(keys).toBe(all.length)
  expect(valuesByType(target, 'biggest_key_memory_bytes')).toEqual(bySorting('memory', 10))
})

it('a walk that does not come to its end gives nothing', async () => {
  using target = walkedTarget(server.url, [biggestKeys], {
    settings: { scanMaxLoad: 0.0001, checkKeysBatchSize: 10 },
    timeout: 300,
  })
  const { error } = await target.walk()

  expect(error?.reason).toBe('timeout')
  expect(target.samples('biggest-keys')).toEqual([])
})
