import { describe, expect, test } from 'vitest'
import { checkKeys } from '../../../src/collectors/keys/check-keys.ts'
import { encode } from '../../../src/metrics/encode.ts'
import type { Sample } from '../../../src/metrics/metric.ts'
import type { BulkReply, Exchange } from '../../../src/redis/connection.ts'
import { fromErrorReply, redisError } from '../../../src/redis/redis-error.ts'
import { withoutHelp } from '../../support/fake-poll.ts'
import { walkOf } from '../../support/tiny-walk.ts'
import { unindented } from '../../support/unindented.ts'

/** A server that answers from a table by commands, and what it was sent in each round trip. */
function server(answers: Readonly<Record<string, BulkReply>>) {
  const trips: string[][] = []
  const read: Exchange = async (commands) => {
    const texts = commands.map((command) => command.join(' '))
    trips.push(texts)
    return texts.map((text) => {
      const answer = answers[text]
      if (answer === undefined) throw new Error(`the test has no reply for ${text}`)
      return answer
    })
  }
  return { trips, read }
}

function startWalk(maxSeries?: number, ...flags: readonly string[]) {
  const around = walkOf(['--check-keys=*,db3=*', ...flags], maxSeries)
  return { ...around, visitor: checkKeys.start(around.walk) }
}

const text = (samples: readonly Sample[]) => withoutHelp(encode('redis', samples).text)

const list = (key: string, length = 3) => ({
  [`TYPE ${key}`]: 'list',
  [`MEMORY USAGE ${key}`]: 100,
  [`LLEN ${key}`]: length,
})

const string = (key: string, value: string) => ({
  [`TYPE ${key}`]: 'string',
  [`MEMORY USAGE ${key}`]: 100,
  [`GETRANGE ${key} 0 511`]: value,
})

async function visitAll(keys: readonly string[], answers: Readonly<Record<string, BulkReply>>) {
  const { visitor, take, rejected } = startWalk()
  const { trips, read } = server(answers)
  const first = take(await visitor.visit(0, keys, read))
  const last = visitor.leave ? take(await visitor.leave(0, read)) : []
  return { samples: [...first, ...last], trips, rejected }
}

describe('a key', () => {
  test('of a type that has elements', async () => {
    const { samples, trips } = await visitAll(['a'], list('a'))

    expect(text(samples)).toBe(unindented`
      # TYPE redis_key_memory_usage_bytes gauge
      redis_key_memory_usage_bytes{db="db0",key="a"} 100
      # TYPE redis_key_size gauge
      redis_key_size{db="db0",key="a"} 3
    `)
    expect(trips).toEqual([['TYPE a'], ['MEMORY USAGE a', 'LLEN a']])
  })

  test.each([
    ['an array of Redis 8.8', 'array', 'ARCOUNT'],
    ['a vector set', 'vectorset', 'VCARD'],
  ])('that is %s', async (_kind, type, command) => {
    const answers = { 'TYPE a': type, 'MEMORY USAGE a': 90, [`${command} a`]: 12 }

    expect(text((await visitAll(['a'], answers)).samples)).toContain(
      'redis_key_size{db="db0",key="a"} 12',
    )
  })

  test.each(['ReJSON-RL', 'constructor'])('of type %s has memory and no size', async (type) => {
    const { samples, trips } = await visitAll(['a'], { 'TYPE a': type, 'MEMORY USAGE a': 90 })

    expect(text(samples)).toBe(unindented`
      # TYPE redis_key_memory_usage_bytes gauge
      redis_key_memory_usage_bytes{db="db0",key="a"} 90
    `)
    expect(trips).toHaveLength(2)
  })

  test.each<[string, Readonly<Record<string, BulkReply>>]>([
    ['is gone before it is read', { 'TYPE a': 'none' }],
    ['is gone when it is read', { ...string('a', ''), 'MEMORY USAGE a': null }],
    ['lives on another node', { 'TYPE a': fromErrorReply('MOVED 1 127.0.0.1:7000') }],
    ['is not for this user', { 'TYPE a': fromErrorReply('NOPERM No permissions to access a key') }],
  ])('that %s gives nothing', async (_case, answers) => {
    const { samples, rejected } = await visitAll(['a'], answers)

    expect(samples).toEqual([])
    expect(rejected).toEqual([])
  })

  test('that is named without a wildcard has size 0 when it is not there, and only once', async () => {
    const { visitor, take } = startWalk(undefined, '--check-keys=absent,a*')
    const { read } = server({ 'TYPE absent': 'none' })
    const first = take(await visitor.visit(0, ['absent'], read))
    // It came up meanwhile, so that SCAN finds it.
    const second = take(await visitor.visit(0, ['absent'], read))

    expect(text([...first, ...second])).toBe(unindented`
      # TYPE redis_key_size gauge
      redis_key_size{db="db0",key="absent"} 0
    `)
  })

  test('that is named and not there gives nothing where that is wanted', async () => {
    const { visitor, take } = startWalk(undefined, '--check-keys=absent,a*', '--missing-keys=none')
    const { read } = server({ 'TYPE absent': 'none' })

    expect(take(await visitor.visit(0, ['absent'], read))).toEqual([])
  })

  test('that became another one between two commands has no size', async () => {
    const wrong = fromErrorReply('WRONGTYPE Operation against a key')
    const { samples } = await visitAll(['a'], { ...list('a'), 'LLEN a': wrong })

    expect(samples.map(({ metric }) => metric.name)).toEqual(['key_memory_usage_bytes'])
  })
})

describe('a string', () => {
  test.each([
    ['12.5', 'redis_key_value{db="db0",key="a"} 12.5'],
    ['0x1p4', 'redis_key_value{db="db0",key="a"} 16'],
    ['on', 'redis_key_value_as_string{db="db0",key="a",val="on"} 1'],
    [
      'HYLLO, HyperLogLog',
      'redis_key_value_as_string{db="db0",key="a",val="HYLLO, HyperLogLog"} 1',
    ],
    ['HYLL', 'redis_key_value_as_string{db="db0",key="a",val="HYLL"} 1'],
  ])('%j gives its value and its length', async (value, line) => {
    const { samples, trips } = await visitAll(['a'], string('a', value))

    expect(text(samples)).toContain(line)
    expect(text(samples)).toContain(`redis_key_size{db="db0",key="a"} ${value.length}\n`)
    expect(trips).toHaveLength(2)
  })

  test('that is empty has a size and no value', async () => {
    const { samples } = await visitAll(['a'], string('a', ''))

    expect(samples.map(({ metric, value }) => [metric.name, value])).toEqual([
      ['key_memory_usage_bytes', 100],
      ['key_size', 0],
    ])
  })

  test('that is long is asked for its length afterwards', async () => {
    const answers = { ...string('a', '1'.repeat(512)), 'STRLEN a': 7_000 }
    const { samples, trips } = await visitAll(['a'], answers)

    expect(text(samples)).toContain('redis_key_size{db="db0",key="a"} 7000')
    expect(text(samples)).toContain('redis_key_value_as_string')
    expect(trips.at(-1)).toEqual(['STRLEN a'])
  })

  test('that was long and is gone by then has no size', async () => {
    const { samples } = await visitAll(['a'], { ...string('a', 'x'.repeat(512)), 'STRLEN a': 0 })

    expect(samples.map(({ metric }) => metric.name)).not.toContain('key_size')
  })

  const hyperLogLog = (count: string) => `HYLL\x01\0\0\0${count}${'\0'.repeat(20)}`
  const sizes = (samples: Awaited<ReturnType<typeof visitAll>>['samples']) =>
    samples.map(({ metric, value }) => [metric.name, value])

  test.each([
    ['\x09\0\0\0\0\0\0\0', 9],
    ['\x39\x30\0\0\0\0\0\0', 12_345],
    ['\xff\xff\xff\xff\xff\xff\x1f\0', Number.MAX_SAFE_INTEGER],
  ])('that is a HyperLogLog has the count of its header and no value', async (count, expected) => {
    const { samples, trips } = await visitAll(['a'], string('a', hyperLogLog(count)))

    expect(sizes(samples)).toEqual([
      ['key_memory_usage_bytes', 100],
      ['key_size', expected],
    ])
    expect(trips).toHaveLength(2)
  })

  test('that is a HyperLogLog whose count is out of date is counted by two names, which writes nothing', async () => {
    const { samples, trips } = await visitAll(['a'], {
      ...string('a', hyperLogLog('\x05\0\0\0\0\0\0\x80')),
      'PFCOUNT a a': 9,
    })

    expect(sizes(samples)).toEqual([
      ['key_memory_usage_bytes', 100],
      ['key_size', 9],
    ])
    expect(trips.at(-1)).toEqual(['PFCOUNT a a'])
  })

  test('that begins as a HyperLogLog but is too short for one is a string', async () => {
    const { trips } = await visitAll(['a'], string('a', `HYLL\0${'\0'.repeat(20)}`))

    expect(trips).toHaveLength(2)
  })

  test('without values is asked for its length and for its beginning', async () => {
    const { visitor, take } = startWalk(undefined, '--disable-exporting-key-values')
    const { trips, read } = server({
      'TYPE a': 'string',
      'MEMORY USAGE a': 100,
      'GETRANGE a 0 15': '5',
      'STRLEN a': 1,
    })
    const samples = take(await visitor.visit(0, ['a'], read))

    expect(samples.map(({ metric }) => metric.name)).toEqual(['key_memory_usage_bytes', 'key_size'])
    expect(trips[1]).toEqual(['MEMORY USAGE a', 'GETRANGE a 0 15', 'STRLEN a'])
  })
})

describe('in a walk', () => {
  test('a key that comes twice is given once, of each database', async () => {
    const { visitor, take } = startWalk()
    const { trips, read } = server(list('a'))

    expect(take(await visitor.visit(0, ['a', 'a'], read))).toHaveLength(2)
    expect(take(await visitor.visit(0, ['a'], read))).toEqual([])
    expect(take(await visitor.visit(3, ['a'], read))).toHaveLength(2)
    expect(trips).toHaveLength(4)
  })

  test('a batch that was lost is visited again as if it never was', async () => {
    const { visitor, take } = startWalk()
    const { read } = server({
      ...list('a'),
      ...string('long', 'x'.repeat(512)),
      'STRLEN long': 600,
    })
    const gone = redisError('connection', 'the connection was closed')
    take(await visitor.visit(0, ['long'], read))

    await expect(
      visitor.visit(0, ['a'], (commands) =>
        commands[0]?.[0] === 'MEMORY' ? Promise.reject(gone) : read(commands),
      ),
    ).rejects.toBe(gone)
    // Read, and never taken in.
    await visitor.visit(0, ['a'], read)
    const samples = take(await visitor.visit(0, ['a'], read))

    expect(samples.map(({ metric, labels }) => [metric.name, labels.key])).toEqual([
      ['key_size', 'long'],
      ['key_memory_usage_bytes', 'a'],
      ['key_size', 'a'],
    ])
  })

  test('what is open travels with the types of the next batch', async () => {
    const { visitor, take } = startWalk()
    const { trips, read } = server({
      ...list('a'),
      ...string('long', 'x'.repeat(512)),
      'STRLEN long': 600,
    })
    take(await visitor.visit(0, ['long'], read))
    take(await visitor.visit(0, ['a'], read))

    expect(trips[2]).toEqual(['STRLEN long', 'TYPE a'])
    expect(visitor.leave && take(await visitor.leave(0, read))).toEqual([])
    expect(trips).toHaveLength(4)
  })

  test('without room keys are neither read nor forgotten', async () => {
    const { visitor, take, leftOut } = startWalk(7)
    const { trips, read } = server({ ...list('a'), ...list('b'), ...list('c'), ...list('d') })

    const samples = take(await visitor.visit(0, ['a', 'b', 'c'], read))
    expect(samples).toHaveLength(4)
    expect(take(await visitor.visit(0, ['c', 'd'], read))).toHaveLength(2)
    expect(take(await visitor.visit(0, ['d'], read))).toEqual([])

    // One of the first batch, one of the second, one of the third; two series each at least.
    expect(leftOut()).toBe(6)
    expect(trips.flat().filter((command) => command.startsWith('TYPE'))).toHaveLength(3)
  })

  test('a refused command costs its own family and is sent no more', async () => {
    const { visitor, take, failedParts } = startWalk()
    const refused = fromErrorReply("NOPERM this user has no permissions to run 'memory|usage'")
    const { trips, read } = server({
      ...list('a'),
      ...list('b'),
      'MEMORY USAGE a': refused,
    })
    const samples = [
      ...take(await visitor.visit(0, ['a'], read)),
      ...take(await visitor.visit(0, ['b'], read)),
    ]

    expect(samples.map(({ metric }) => metric.name)).toEqual(['key_size', 'key_size'])
    expect(trips.at(-1)).toEqual(['LLEN b'])
    expect(failedParts).toEqual(['memory|usage'])
  })

  test('where TYPE is refused there is still memory', async () => {
    const { samples } = await visitAll(['a'], {
      'TYPE a': fromErrorReply("NOPERM this user has no permissions to run the 'type' command"),
      'MEMORY USAGE a': 100,
    })

    expect(samples.map(({ metric }) => metric.name)).toEqual(['key_memory_usage_bytes'])
  })

  test.each(['LOADING Redis is loading', 'MASTERDOWN Link is down', 'BUSY Redis is busy'])(
    'a server that answers "%s" fails it',
    async (reply) => {
      const failure = fromErrorReply(reply)

      await expect(visitAll(['a'], { 'TYPE a': failure })).rejects.toBe(failure)
    },
  )
})
