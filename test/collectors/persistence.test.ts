import { expect, test } from 'vitest'
import { persistence } from '../../src/collectors/persistence.ts'
import { collected } from '../support/fake-poll.ts'
import { readFixture } from '../support/fixtures.ts'
import { unindented } from '../support/unindented.ts'

test.each([
  ['redis_rdb_changes_since_last_save gauge', 'redis_rdb_changes_since_last_save 4014'],
  [
    'redis_rdb_last_save_timestamp_seconds gauge',
    'redis_rdb_last_save_timestamp_seconds 1795489563',
  ],
  ['redis_rdb_current_bgsave_duration_sec gauge', 'redis_rdb_current_bgsave_duration_sec -1'],
  ['redis_rdb_last_cow_size_bytes gauge', 'redis_rdb_last_cow_size_bytes 319488'],
  ['redis_loading_dump_file gauge', 'redis_loading_dump_file 0'],
  ['redis_rdb_saves_total gauge', 'redis_rdb_saves_total 0'],
])('the persistence of Redis 7.0 as %s', async (type, series) => {
  const info = readFixture('redis-7.0.15/info-everything.txt')

  expect(await collected(persistence, { info })).toContain(`# TYPE ${type}\n${series}\n`)
})

test('a status is 1 for ok and 0 for err', async () => {
  const info = unindented`
    # Persistence
    rdb_last_bgsave_status:err
    aof_last_bgrewrite_status:ok
    aof_last_write_status:ok
  `

  expect(await collected(persistence, { info })).toBe(unindented`
    # TYPE redis_aof_last_bgrewrite_status gauge
    redis_aof_last_bgrewrite_status 1
    # TYPE redis_aof_last_write_status gauge
    redis_aof_last_write_status 1
    # TYPE redis_rdb_last_bgsave_status gauge
    redis_rdb_last_bgsave_status 0
  `)
})
