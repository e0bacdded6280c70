import { expect, test } from 'vitest'
import { persistence } from '../../../src/collectors/server/persistence.ts'
import { collected } from '../../support/fake-poll.ts'
import { readFixture } from '../../support/fixtures.ts'
import { unindented } from '../../support/unindented.ts'

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

test('a server that loads its data tells how far it is', async () => {
  const info = unindented`
    # Persistence
    loading:1
    loading_start_time:1795489563
    loading_total_bytes:4000
    loading_rdb_used_mem:9000
    loading_loaded_bytes:1000
    loading_loaded_perc:25.00
    loading_eta_seconds:3
  `

  expect(await collected(persistence, { info })).toBe(unindented`
    # TYPE redis_loading_dump_file gauge
    redis_loading_dump_file 1
    # TYPE redis_loading_eta_seconds gauge
    redis_loading_eta_seconds 3
    # TYPE redis_loading_loaded_bytes gauge
    redis_loading_loaded_bytes 1000
    # TYPE redis_loading_loaded_ratio gauge
    redis_loading_loaded_ratio 0.25
    # TYPE redis_loading_rdb_memory_used_bytes gauge
    redis_loading_rdb_memory_used_bytes 9000
    # TYPE redis_loading_start_timestamp_seconds gauge
    redis_loading_start_timestamp_seconds 1795489563
    # TYPE redis_loading_total_bytes gauge
    redis_loading_total_bytes 4000
  `)
})

test('a save that runs tells how far it is, as a ratio', async () => {
  const info = unindented`
    # Persistence
    current_cow_peak:300
    current_cow_size:200
    current_cow_size_age:4
    current_fork_perc:37.50
    current_save_keys_processed:3
    current_save_keys_total:8
  `

  expect(await collected(persistence, { info })).toBe(unindented`
    # TYPE redis_current_cow_peak_bytes gauge
    redis_current_cow_peak_bytes 300
    # TYPE redis_current_cow_size_age_seconds gauge
    redis_current_cow_size_age_seconds 4
    # TYPE redis_current_cow_size_bytes gauge
    redis_current_cow_size_bytes 200
    # TYPE redis_current_fork_ratio gauge
    redis_current_fork_ratio 0.375
    # TYPE redis_current_save_keys gauge
    redis_current_save_keys 8
    # TYPE redis_current_save_keys_processed gauge
    redis_current_save_keys_processed 3
  `)
})

test('failures in a row, rewrites and forks that newer servers tell of', async () => {
  const info = unindented`
    # Persistence
    rdb_saves_consecutive_failures:2
    aof_rewrites:5
    aof_rewrites_consecutive_failures:1
    slot_migration_fork_in_progress:1
  `

  expect(await collected(persistence, { info })).toBe(unindented`
    # TYPE redis_aof_rewrites_consecutive_failures gauge
    redis_aof_rewrites_consecutive_failures 1
    # TYPE redis_aof_rewrites_total counter
    redis_aof_rewrites_total 5
    # TYPE redis_rdb_saves_consecutive_failures gauge
    redis_rdb_saves_consecutive_failures 2
    # TYPE redis_slot_migration_fork_in_progress gauge
    redis_slot_migration_fork_in_progress 1
  `)
})
