import { expect, test } from 'vitest'
import { memoryStats } from '../../../src/collectors/server/memory-stats.ts'
import type { Reply } from '../../../src/redis/command.ts'
import { collected, fakePoll } from '../../support/fake-poll.ts'
import { recordedAnswer } from '../../support/fixtures.ts'
import { unindented } from '../../support/unindented.ts'

test('Redis 7.0: keys, memory for each, and the hash tables of each database', async () => {
  const replies = recordedAnswer('redis-7.0.15')

  expect(await collected(memoryStats, { replies })).toBe(unindented`
    # TYPE redis_memory_keys gauge
    redis_memory_keys 1010
    # TYPE redis_memory_overhead_hashtable_expires_bytes gauge
    redis_memory_overhead_hashtable_expires_bytes{db="db0"} 32216
    redis_memory_overhead_hashtable_expires_bytes{db="db3"} 56
    redis_memory_overhead_hashtable_expires_bytes{db="db11"} 56
    # TYPE redis_memory_overhead_hashtable_main_bytes gauge
    redis_memory_overhead_hashtable_main_bytes{db="db0"} 48432
    redis_memory_overhead_hashtable_main_bytes{db="db3"} 112
    redis_memory_overhead_hashtable_main_bytes{db="db11"} 112
    # TYPE redis_memory_overhead_hashtable_slot_to_keys_bytes gauge
    redis_memory_overhead_hashtable_slot_to_keys_bytes{db="db0"} 0
    redis_memory_overhead_hashtable_slot_to_keys_bytes{db="db3"} 0
    redis_memory_overhead_hashtable_slot_to_keys_bytes{db="db11"} 0
    # TYPE redis_memory_per_key_bytes gauge
    redis_memory_per_key_bytes 1333
  `)
})

test('Redis 6.2 has no list of the keys of a slot', async () => {
  const text = await collected(memoryStats, { replies: recordedAnswer('redis-6.2.5') })

  expect(text).toMatch(/^redis_memory_overhead_hashtable_expires_bytes\{db="db11"\} \d+$/m)
  expect(text).not.toContain('slot_to_keys')
})

test.each(['redis-7.4.1', 'redis-8-dev', 'valkey-8-dev'])(
  '%s tells of its buckets and of rehashing too',
  async (folder) => {
    const text = await collected(memoryStats, { replies: recordedAnswer(folder) })

    expect(text).toMatch(/^redis_memory_overhead_hashtable_lut_bytes [1-9]\d*$/m)
    expect(text).toMatch(/^redis_memory_hashtables_rehashing \d+$/m)
    expect(text).not.toContain('slot_to_keys')
  },
)

/** A server whose MEMORY STATS is this, as RESP2 carries it. */
const server = (...stats: readonly Reply[]) => ({ replies: { 'MEMORY STATS': stats } })

test('numbers may come as text, unknown fields are passed over', async () => {
  expect(
    await collected(memoryStats, server('news', [1], 'keys.bytes-per-key', '40.5')),
  ).toBe(unindented`
      # TYPE redis_memory_per_key_bytes gauge
      redis_memory_per_key_bytes 40.5
    `)
})

test.each<[Reply, string]>([
  ['many', 'keys.count: many'],
  [null, 'keys.count: null'],
  [['7'], 'keys.count: 7'],
])('a number that is %j is rejected', async (reply, rejected) => {
  const poll = fakePoll(server('keys.count', reply, 'db.0', ['overhead.hashtable.main', 72]))
  const samples = await memoryStats.collect(poll)

  expect(poll.rejected).toEqual([rejected])
  expect(samples).toHaveLength(1)
})

test('of 150 databases the last 50 are summed', async () => {
  const overheads = ['overhead.hashtable.main', 7, 'overhead.hashtable.expires', 2]
  const databases = Array.from({ length: 150 }, (_, index) => [`db.${index}`, overheads]).flat()
  const samples = await memoryStats.collect(fakePoll(server(...databases)))

  expect(samples).toHaveLength(2 * 101)
  expect(samples.filter(({ labels }) => labels.db === 'other').map(({ value }) => value)).toEqual([
    350, 100,
  ])
})

test.each<[string, Reply]>([
  ['a reply that is no list', 'none'],
  ['a database that is no list', ['db.0', 7]],
])('%s is a failure', async (_form, reply) => {
  const poll = fakePoll({ replies: { 'MEMORY STATS': reply } })

  await expect(memoryStats.collect(poll)).rejects.toMatchObject({ reason: 'parse' })
})
