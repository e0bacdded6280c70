import { describe, expect, test } from 'vitest'
import { biggestKeys } from '../../../src/collectors/keys/biggest-keys.ts'
import type { Sample } from '../../../src/metrics/metric.ts'
import type { Command } from '../../../src/redis/command.ts'
import { fromErrorReply, isRedisError, redisError } from '../../../src/redis/redis-error.ts'
import { answers, biggest, type Key, text } from '../../support/biggest-keys-walk.ts'
import { fakeWalk, keyWalk } from '../../support/key-walk.ts'
import { unindented } from '../../support/unindented.ts'

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
