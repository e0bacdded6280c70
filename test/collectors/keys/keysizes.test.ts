import { describe, expect, test } from 'vitest'
import { keysizes } from '../../../src/collectors/keys/keysizes.ts'
import { collected, fakePoll, samplesOf } from '../../support/fake-poll.ts'
import { unindented } from '../../support/unindented.ts'

// The documentation of INFO of Redis 8.0 gives the form.
test('a bucket ends where the next begins, and empty ones are filled in', async () => {
  const info = '# Keysizes\r\ndb0_distrib_strings_sizes:0=2,1=3,4=1\r\n'

  expect(await collected(keysizes, { info })).toBe(unindented`
    # TYPE redis_key_size_distribution histogram
    redis_key_size_distribution_bucket{db="db0",type="string",le="0"} 2
    redis_key_size_distribution_bucket{db="db0",type="string",le="1"} 5
    redis_key_size_distribution_bucket{db="db0",type="string",le="3"} 5
    redis_key_size_distribution_bucket{db="db0",type="string",le="7"} 6
    redis_key_size_distribution_bucket{db="db0",type="string",le="+Inf"} 6
    redis_key_size_distribution_sum{db="db0",type="string"} 8.5
    redis_key_size_distribution_count{db="db0",type="string"} 6
  `)
})

test.each([
  ['1K', '2047'],
  // From a million on bounds are written as in Go.
  ['512K', '1.048575e+06'],
  ['1M', '2.097151e+06'],
  ['2G', '4.294967295e+09'],
])('the bucket %s holds sizes up to %s', async (name, largest) => {
  const info = `# Keysizes\ndb0_distrib_strings_sizes:${name}=4\n`

  expect(await collected(keysizes, { info })).toContain(
    `le="${largest}"} 4\nredis_key_size_distribution_bucket{db="db0",type="string",le="+Inf"} 4\n`,
  )
})

test.each([
  ['db0_distrib_strings_sizes', 'db0', 'string'],
  ['db1_distrib_lists_items', 'db1', 'list'],
  ['db2_distrib_sets_items', 'db2', 'set'],
  ['db3_distrib_zsets_items', 'db3', 'zset'],
  ['db15_distrib_hashes_items', 'db15', 'hash'],
  ['db0_distrib_streams_items', 'db0', 'stream'],
])('%s is of the database %s and the type %s, as TYPE calls it', async (field, db, type) => {
  expect(await collected(keysizes, { info: `# Keysizes\n${field}:1=1\n` })).toContain(
    `_count{db="${db}",type="${type}"} 1\n`,
  )
})

describe('a line', () => {
  test.each(['x_distrib_sets_items', 'db0_distrib_sets', 'db0'])(
    'called %s is not one of a distribution',
    async (field) => {
      const poll = fakePoll({ info: `# Keysizes\n${field}:1=1\n` })

      expect(await samplesOf(keysizes, poll)).toEqual([])
      expect(poll.rejected).toEqual([])
    },
  )

  test('that is empty tells nothing', async () => {
    const poll = fakePoll({ info: '# Keysizes\ndb0_distrib_sets_items:\n' })

    expect(await samplesOf(keysizes, poll)).toEqual([])
    expect(poll.rejected).toEqual([])
  })

  // Redis 8 has counted below zero: a count near 2^64 was seen in the wild.
  test.each(['0=18446744073709551379,1=238', '3=1', '1=-1', '1=x', '1Q=1', '9E=1', '16E=1', 'x'])(
    'with %s is rejected as a whole',
    async (text) => {
      const poll = fakePoll({ info: `# Keysizes\ndb0_distrib_zsets_items:${text}\n` })

      expect(await samplesOf(keysizes, poll)).toEqual([])
      expect(poll.rejected).toEqual([`db0_distrib_zsets_items: ${text}`])
    },
  )
})

test('ten thousand databases stay within the bound, whole distributions first come first', async () => {
  const lines = Array.from({ length: 10_000 }, (_, db) => `db${db}_distrib_sets_items:1=1\n`)
  const poll = fakePoll({ info: `# Keysizes\n${lines.join('')}` })
  const samples = await samplesOf(keysizes, poll)

  // Five lines each: two buckets, +Inf, the sum and the count.
  expect(samples).toHaveLength(1000)
  expect(samples.at(-1)?.labels.db).toBe('db999')
  expect(poll.leftOut()).toBe(9000 * 5)
})
