import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { searchIndexes } from '../../../src/collectors/modules/search-indexes.ts'
import { encode } from '../../../src/metrics/encode.ts'
import { fromErrorReply, isRedisError, redisError } from '../../../src/redis/redis-error.ts'
import { anyReply } from '../../support/arbitrary-server.ts'
import { defaultSettings } from '../../support/default-settings.ts'
import { type Answer, collected, fakePoll } from '../../support/fake-poll.ts'
import { fileReply } from '../../support/fixtures.ts'

/** What a server answers that has one index, with the documented or recorded reply of a folder of fixtures. */
function documented(folder: string): Record<string, Answer> {
  const reply = fileReply(`${folder}/ft-info.json`)
  const name = Array.isArray(reply) ? reply[1] : undefined
  if (typeof name !== 'string') throw new Error('the fixture has no name of an index')
  return { 'FT._LIST': [name], [`FT.INFO ${name}`]: reply }
}

/** The lines of all samples without the beginning that they share. */
function shortened(exposition: string): readonly string[] {
  return exposition
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.replace('redis_search_index_', ''))
    .sort()
}

test('the index that the documentation of RediSearch 2.10 shows', async () => {
  const text = await collected(searchIndexes, { replies: documented('search-2.10') })

  expect(shortened(text)).toEqual([
    'avg_per_doc_records{index_name="idx:bicycle"} 69.19999694824219',
    'avg_per_record_bytes{index_name="idx:bicycle"} 6.0505781173706055',
    'avg_per_record_offset_bits{index_name="idx:bicycle"} 8',
    'avg_per_term_offsets{index_name="idx:bicycle"} 1.0679190158843994',
    'cleaning{index_name="idx:bicycle"} 0',
    'doc_table_size_bytes{index_name="idx:bicycle"} 750',
    'geoshapes_size_bytes{index_name="idx:bicycle"} 4472',
    'hash_indexing_failures{index_name="idx:bicycle"} 0',
    'indexing{index_name="idx:bicycle"} 0',
    'inverted_size_bytes{index_name="idx:bicycle"} 4187',
    'key_table_size_bytes{index_name="idx:bicycle"} 319',
    'max_doc_id{index_name="idx:bicycle"} 10',
    'num_docs{index_name="idx:bicycle"} 10',
    'num_records{index_name="idx:bicycle"} 692',
    'num_terms{index_name="idx:bicycle"} 546',
    'number_of_uses_total{index_name="idx:bicycle"} 1',
    'offset_vectors_size_bytes{index_name="idx:bicycle"} 739',
    'percent_indexed{index_name="idx:bicycle"} 1',
    'sortable_values_size_bytes{index_name="idx:bicycle"} 0',
    'total_inverted_index_blocks{index_name="idx:bicycle"} 551',
    'vector_index_size_bytes{index_name="idx:bicycle"} 0',
  ])
})

test('an index recorded from RediSearch 2.10 on Redis 7.4', async () => {
  const text = await collected(searchIndexes, { replies: documented('redis-7.4.1') })

  expect(shortened(text)).toEqual([
    'avg_per_doc_records{index_name="products"} 8',
    'avg_per_record_bytes{index_name="products"} 33.79999923706055',
    'avg_per_record_offset_bits{index_name="products"} 8',
    'avg_per_term_offsets{index_name="products"} 0.625',
    'cleaning{index_name="products"} 0',
    'doc_table_size_bytes{index_name="products"} 375',
    'geoshapes_size_bytes{index_name="products"} 0',
    'hash_indexing_failures{index_name="products"} 1',
    'indexing{index_name="products"} 0',
    'inverted_size_bytes{index_name="products"} 1352',
    'key_table_size_bytes{index_name="products"} 174',
    'max_doc_id{index_name="products"} 5',
    'num_docs{index_name="products"} 5',
    'num_records{index_name="products"} 40',
    'num_terms{index_name="products"} 9',
    'number_of_uses_total{index_name="products"} 2',
    'offset_vectors_size_bytes{index_name="products"} 25',
    'percent_indexed{index_name="products"} 1',
    'sortable_values_size_bytes{index_name="products"} 120',
    'tag_overhead_size_bytes{index_name="products"} 29',
    'text_overhead_size_bytes{index_name="products"} 315',
    'total_index_memory_size_bytes{index_name="products"} 2414',
    'total_inverted_index_blocks{index_name="products"} 12',
    'vector_index_size_bytes{index_name="products"} 0',
  ])
})

test('every metric, of an index of Redis 8 whose averages are those of nothing', async () => {
  const text = await collected(searchIndexes, { replies: documented('search-8') })

  expect(shortened(text)).toEqual([
    'avg_per_doc_records{index_name="idx:empty"} 0',
    'avg_per_record_bytes{index_name="idx:empty"} NaN',
    'avg_per_record_offset_bits{index_name="idx:empty"} NaN',
    'avg_per_term_offsets{index_name="idx:empty"} NaN',
    'cleaning{index_name="idx:empty"} 1',
    'doc_table_size_bytes{index_name="idx:empty"} 65536',
    'geoshapes_size_bytes{index_name="idx:empty"} 0',
    'hash_indexing_failures{index_name="idx:empty"} 2',
    'indexing{index_name="idx:empty"} 1',
    'inverted_size_bytes{index_name="idx:empty"} 0',
    'key_table_size_bytes{index_name="idx:empty"} 16384',
    'max_doc_id{index_name="idx:empty"} 5',
    'num_docs{index_name="idx:empty"} 3',
    'num_records{index_name="idx:empty"} 0',
    'num_terms{index_name="idx:empty"} 7',
    'number_of_uses_total{index_name="idx:empty"} 42',
    'offset_vectors_size_bytes{index_name="idx:empty"} 0',
    'percent_indexed{index_name="idx:empty"} 0.75',
    'sortable_values_size_bytes{index_name="idx:empty"} 32768',
    'tag_overhead_size_bytes{index_name="idx:empty"} 262144',
    'text_overhead_size_bytes{index_name="idx:empty"} 131072',
    'total_index_memory_size_bytes{index_name="idx:empty"} 1048576',
    'total_inverted_index_blocks{index_name="idx:empty"} 9',
    'vector_index_size_bytes{index_name="idx:empty"} 524288',
  ])
})

test('an index of Valkey, whose fields are few', async () => {
  const text = await collected(searchIndexes, { replies: documented('search-valkey-1') })

  expect(shortened(text)).toEqual([
    'hash_indexing_failures{index_name="idx:vectors"} 1',
    'indexing{index_name="idx:vectors"} 0',
    'num_docs{index_name="idx:vectors"} 12',
    'num_records{index_name="idx:vectors"} 24',
    'percent_indexed{index_name="idx:vectors"} 1',
  ])
})

test('the number of uses is a counter', async () => {
  const text = await collected(searchIndexes, { replies: documented('search-8') })

  expect(text).toContain('# TYPE redis_search_index_number_of_uses_total counter\n')
})

describe('of several indexes', () => {
  const info = (name: string, docs: Answer) => ['index_name', name, 'num_docs', `${docs}`]
  const replies = {
    'FT._LIST': ['users', 'orders', 'old-orders'],
    'FT.INFO users': info('users', 1),
    'FT.INFO orders': info('orders', 2),
    'FT.INFO old-orders': info('old-orders', 3),
  }

  test('those are read whose name matches', async () => {
    const poll = fakePoll({ replies, settings: { checkSearchIndexes: /^(users|orders)$/ } })
    const samples = await searchIndexes.collect(poll)

    expect(poll.commands).toEqual(['FT._LIST', 'FT.INFO users', 'FT.INFO orders'])
    expect(shortened(encode('redis', samples).text)).toEqual([
      'num_docs{index_name="orders"} 2',
      'num_docs{index_name="users"} 1',
    ])
  })

  test('all are asked for before any answer is there', async () => {
    const open: string[] = []
    let most = 0
    const poll = fakePoll({ replies })
    await searchIndexes.collect({
      ...poll,
      async read(...command) {
        open.push(command.join(' '))
        most = Math.max(most, open.length)
        const reply = await poll.read(...command)
        open.pop()
        return reply
      },
    })

    expect(most).toBe(3)
  })

  test('one that is gone by now costs its own series only', async () => {
    const gone = fromErrorReply('Unknown Index name')
    const poll = fakePoll({ replies: { ...replies, 'FT.INFO orders': gone } })
    const samples = await searchIndexes.collect(poll)

    expect(samples.map(({ labels }) => labels.index_name)).toEqual(['users', 'old-orders'])
    expect(poll.rejected).toEqual(['FT.INFO: the server answered with an error'])
  })

  test('no more are asked for than there may be series', async () => {
    const poll = fakePoll({ replies, settings: { maxSeries: 30 } })
    await searchIndexes.collect(poll)

    expect(poll.commands).toEqual(['FT._LIST', 'FT.INFO users', 'FT.INFO orders'])
    expect(poll.leftOut()).toBe(24)
  })
})

describe('it fails as a whole', () => {
  const replies = { 'FT._LIST': ['a'], 'FT.INFO a': ['num_docs', '1'] }

  test.each([
    ['when the list is refused', { 'FT._LIST': fromErrorReply('NOPERM no') }, 'noperm'],
    ['when the list is none', { 'FT._LIST': 'a' }, 'parse'],
    ['when FT.INFO is refused', { 'FT.INFO a': fromErrorReply('NOPERM no') }, 'noperm'],
    ['when FT.INFO gives no list', { 'FT.INFO a': 7 }, 'parse'],
    ['when the time is over', { 'FT.INFO a': redisError('timeout', 'over') }, 'timeout'],
  ])('%s', async (_, answers, reason) => {
    const poll = fakePoll({ replies: { ...replies, ...answers } })
    const failure = await searchIndexes.collect(poll).catch((error: unknown) => error)

    expect(isRedisError(failure) && failure.reason).toBe(reason)
  })
})

test('a value that is no number is rejected and gives no sample', async () => {
  const replies = { 'FT._LIST': ['a'], 'FT.INFO a': ['num_docs', 'many', 'num_terms', '2'] }
  const poll = fakePoll({ replies })

  expect(await searchIndexes.collect(poll)).toHaveLength(1)
  expect(poll.rejected).toEqual(['num_docs: many'])
})

test('a server without the module is not asked', () => {
  const applies = (...commands: string[]) =>
    searchIndexes.appliesTo?.(fakePoll({ commands }).server)

  expect(applies('info')).toBe(false)
  expect(applies('info', 'ft._list')).toBe(true)
})

test.each([true, false])('it is wanted when the settings say so: %s', (includeSearchIndexes) => {
  expect(searchIndexes.isWanted?.({ ...defaultSettings, includeSearchIndexes })).toBe(
    includeSearchIndexes,
  )
})

test('whatever FT.INFO replies, it fails with a reason if at all', async () => {
  await fc.assert(
    fc.asyncProperty(anyReply, async (reply) => {
      const poll = fakePoll({ replies: { 'FT._LIST': ['a'], 'FT.INFO a': reply } })
      const failure = await searchIndexes.collect(poll).then(
        () => undefined,
        (error: unknown) => error,
      )

      expect(failure === undefined || isRedisError(failure), String(failure)).toBe(true)
    }),
  )
})
