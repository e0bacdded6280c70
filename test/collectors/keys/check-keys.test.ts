import { describe, expect, test } from 'vitest'
import { checkKeys } from '../../../src/collectors/keys/check-keys.ts'
import type { BulkReply } from '../../../src/redis/connection.ts'
import { parseInfo } from '../../../src/redis/info.ts'
import { fromErrorReply, redisError } from '../../../src/redis/redis-error.ts'
import { serverInfo } from '../../../src/redis/server-info.ts'
import { server, startWalk, string, visitAll } from '../../support/check-keys-walk.ts'
import { textOf } from '../../support/fake-poll.ts'
import { walkOf } from '../../support/tiny-walk.ts'
import { unindented } from '../../support/unindented.ts'

const list = (key: string, length = 3) => ({
  [`TYPE ${key}`]: 'list',
  [`MEMORY USAGE ${key}`]: 100,
  [`LLEN ${key}`]: length,
})

describe('a key', () => {
  test('of a type that has elements', async () => {
    const { samples, trips } = await visitAll(['a'], list('a'))

    expect(textOf(samples)).toBe(unindented`
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

    expect(textOf((await visitAll(['a'], answers)).samples)).toContain(
      'redis_key_size{db="db0",key="a"} 12',
    )
  })

  test.each(['ReJSON-RL', 'constructor'])('of type %s has memory and no size', async (type) => {
    const { samples, trips } = await visitAll(['a'], { 'TYPE a': type, 'MEMORY USAGE a': 90 })

    expect(textOf(samples)).toBe(unindented`
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

    expect(textOf([...first, ...second])).toBe(unindented`
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

  test('what every server has and this one has not is a part that fails, and the rest is there', async () => {
    const { visitor, take, failedParts } = startWalk()
    const { read } = server({
      ...list('a'),
      'TYPE b': 'string',
      'MEMORY USAGE b': 100,
      'GETRANGE b 0 511': fromErrorReply("ERR unknown command 'GETRANGE'"),
    })
    const samples = take(await visitor.visit(0, ['a', 'b'], read))

    expect(samples.map(({ metric, labels }) => `${metric.name} ${labels.key}`)).toEqual([
      'key_memory_usage_bytes a',
      'key_size a',
      'key_memory_usage_bytes b',
    ])
    expect(failedParts).toEqual(['getrange'])
  })

  test('what a server does not have for its age is no failure', async () => {
    const { walk, take, failedParts } = walkOf(['--check-keys=*'])
    const old = serverInfo(parseInfo('# Server\r\nredis_version:3.2.13\r\n'), undefined)
    const { read } = server({
      ...list('a'),
      'MEMORY USAGE a': fromErrorReply("ERR unknown command 'MEMORY'"),
    })
    const samples = take(await checkKeys.start({ ...walk, server: old }).visit(0, ['a'], read))

    expect(samples.map(({ metric }) => metric.name)).toEqual(['key_size'])
    expect(failedParts).toEqual([])
  })

  test.each(['LOADING Redis is loading', 'MASTERDOWN Link is down', 'BUSY Redis is busy'])(
    'a server that answers "%s" fails it',
    async (reply) => {
      const failure = fromErrorReply(reply)

      await expect(visitAll(['a'], { 'TYPE a': failure })).rejects.toBe(failure)
    },
  )
})
