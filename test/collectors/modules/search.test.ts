import { expect, test } from 'vitest'
import { search } from '../../../src/collectors/modules/search.ts'
import { collected } from '../../support/fake-poll.ts'
import { readFixture } from '../../support/fixtures.ts'
import { unindented } from '../../support/unindented.ts'

test('the search module of Redis spreads its fields over sections of its own', async () => {
  const info = unindented`
    # Modules
    module:name=search,ver=80001,api=1,filters=0,usedby=[],using=[ReJSON],options=[]
    # search_version
    search_version:8.0.1
    # search_indexes
    search_number_of_indexes:2
    search_used_memory_indexes:1048576
    # search_garbage_collector
    search_gc_bytes_collected:512
    search_gc_total_ms_run:2.5
    # search_queries
    search_total_query_execution_time_ms:33
    search_total_active_queries:1
    # search_dialect_statistics
    search_dialect_2:1
  `

  expect(await collected(search, { info })).toBe(unindented`
    # TYPE redis_search_active_queries_total counter
    redis_search_active_queries_total 1
    # TYPE redis_search_dialect_2 gauge
    redis_search_dialect_2 1
    # TYPE redis_search_gc_collected_bytes gauge
    redis_search_gc_collected_bytes 512
    # TYPE redis_search_gc_run_ms_total counter
    redis_search_gc_run_ms_total 2.5
    # TYPE redis_search_number_of_indexes gauge
    redis_search_number_of_indexes 2
    # TYPE redis_search_query_execution_time_ms_total counter
    redis_search_query_execution_time_ms_total 33
    # TYPE redis_search_used_memory_indexes_bytes gauge
    redis_search_used_memory_indexes_bytes 1048576
  `)
})

test('the search module of Valkey', async () => {
  const info = unindented`
    # search_query
    search_successful_requests_count:10
    search_failure_requests_count:1
    # search_thread-pool
    search_query_queue_size:3
    search_worker_pool_suspend_cnt:4
  `

  expect(await collected(search, { info })).toBe(unindented`
    # TYPE redis_search_failure_requests_count counter
    redis_search_failure_requests_count 1
    # TYPE redis_search_query_queue_size gauge
    redis_search_query_queue_size 3
    # TYPE redis_search_successful_requests_count counter
    redis_search_successful_requests_count 10
    # TYPE redis_search_worker_pool_suspend_count counter
    redis_search_worker_pool_suspend_count 4
  `)
})

test('a server without the module has none of it', async () => {
  expect(await collected(search, { info: readFixture('redis-8-dev/info-everything.txt') })).toBe('')
})

test('cursors, threads and waiting jobs of the later releases', async () => {
  const info = unindented`
    # search_cursors
    search_cursors_internal_idle:1
    search_cursors_user_idle:2
    search_cursors_internal_active:3
    search_cursors_user_active:4
    # search_warnings_and_errors
    search_errors_for_index_with_max_failures:5
    search_OOM_indexing_failures_indexes_count:6
    # search_multi_threading
    search_active_io_threads:7
    search_active_worker_threads:8
    search_active_coord_threads:9
    search_workers_low_priority_pending_jobs:10
    search_workers_high_priority_pending_jobs:11
    search_workers_admin_priority_pending_jobs:12
    search_coord_high_priority_pending_jobs:13
  `
  const lines = (await collected(search, { info })).split('\n')

  expect(lines.filter((line) => /^redis/.test(line))).toEqual([
    'redis_search_active_coord_threads 9',
    'redis_search_active_io_threads 7',
    'redis_search_active_worker_threads 8',
    'redis_search_coord_high_priority_pending_jobs 13',
    'redis_search_cursors_internal_active 3',
    'redis_search_cursors_internal_idle 1',
    'redis_search_cursors_user_active 4',
    'redis_search_cursors_user_idle 2',
    'redis_search_errors_for_index_with_max_failures 5',
    'redis_search_oom_indexing_failures_indexes 6',
    'redis_search_workers_admin_priority_pending_jobs 12',
    'redis_search_workers_high_priority_pending_jobs 11',
    'redis_search_workers_low_priority_pending_jobs 10',
  ])
})
