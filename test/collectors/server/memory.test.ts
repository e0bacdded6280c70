import { expect, test } from 'vitest'
import { memory } from '../../../src/collectors/server/memory.ts'
import { collected } from '../../support/fake-poll.ts'
import { readFixture } from '../../support/fixtures.ts'
import { unindented } from '../../support/unindented.ts'

test.each([
  ['redis_memory_used_bytes gauge', 'redis_memory_used_bytes 2100960'],
  ['redis_memory_max_bytes gauge', 'redis_memory_max_bytes 0'],
  ['redis_allocator_frag_ratio gauge', 'redis_allocator_frag_ratio 1.18'],
  ['redis_mem_fragmentation_ratio gauge', 'redis_mem_fragmentation_ratio 6.48'],
  ['redis_memory_used_vm_total gauge', 'redis_memory_used_vm_total 67584'],
  ['redis_mem_clients_normal gauge', 'redis_mem_clients_normal 90112'],
  ['redis_rss_overhead_ratio gauge', 'redis_rss_overhead_ratio 2.23'],
  ['redis_memory_used_peak_ratio gauge', 'redis_memory_used_peak_ratio 1'],
  ['redis_memory_used_dataset_ratio gauge', 'redis_memory_used_dataset_ratio 0.6423'],
])('the memory of Redis 7.0 as %s', async (type, series) => {
  const info = readFixture('redis-7.0.15/info-everything.txt')

  expect(await collected(memory, { info })).toContain(`# TYPE ${type}\n${series}\n`)
})

test('what is printed for people gives no metric', async () => {
  const info = unindented`
    # Memory
    used_memory_human:2.00M
    mem_allocator:jemalloc-5.3.0
    maxmemory_policy:noeviction
  `

  expect(await collected(memory, { info })).toBe('')
})

// Redis 8.6 tells of hot keys in a section that has a used_memory of its own.
test.each([
  ['before', '# Hotkeys\nused_memory:5\n# Memory\nused_memory:2100960\n'],
  ['behind', '# Memory\nused_memory:2100960\n# Hotkeys\nused_memory:5\n'],
])('used_memory is that of the memory section, also with hot keys %s it', async (_where, info) => {
  expect(await collected(memory, { info })).toBe(unindented`
    # TYPE redis_memory_used_bytes gauge
    redis_memory_used_bytes 2100960
  `)
})

test('the memory of hot keys is never taken for that of the server', async () => {
  expect(await collected(memory, { info: '# Hotkeys\nused_memory:5\n' })).toBe('')
})

test('a ratio with a divisor of zero is what the server prints for it', async () => {
  const info = unindented`
    # Memory
    mem_fragmentation_ratio:inf
    allocator_frag_ratio:-nan
    allocator_rss_ratio:nan
  `

  expect(await collected(memory, { info })).toBe(unindented`
    # TYPE redis_allocator_frag_ratio gauge
    redis_allocator_frag_ratio NaN
    # TYPE redis_allocator_rss_ratio gauge
    redis_allocator_rss_ratio NaN
    # TYPE redis_mem_fragmentation_ratio gauge
    redis_mem_fragmentation_ratio +Inf
  `)
})

test('the memory that newer servers tell of', async () => {
  const info = unindented`
    # Memory
    used_memory_peak_time:1764474045
    mem_replica_full_sync_buffer:1
    mem_cluster_slot_migration_output_buffer:2
    mem_cluster_slot_migration_input_buffer:3
    mem_cluster_slot_migration_input_buffer_peak:4
    mem_cluster_slot_import:5
    mem_cluster_slot_export:6
    mem_replicas_repl_buffer:7
    used_memory_hash_templates:8
  `

  expect(await collected(memory, { info })).toBe(unindented`
    # TYPE redis_mem_cluster_slot_export_bytes gauge
    redis_mem_cluster_slot_export_bytes 6
    # TYPE redis_mem_cluster_slot_import_bytes gauge
    redis_mem_cluster_slot_import_bytes 5
    # TYPE redis_mem_cluster_slot_migration_input_buffer_bytes gauge
    redis_mem_cluster_slot_migration_input_buffer_bytes 3
    # TYPE redis_mem_cluster_slot_migration_input_buffer_peak_bytes gauge
    redis_mem_cluster_slot_migration_input_buffer_peak_bytes 4
    # TYPE redis_mem_cluster_slot_migration_output_buffer_bytes gauge
    redis_mem_cluster_slot_migration_output_buffer_bytes 2
    # TYPE redis_mem_replica_full_sync_buffer_bytes gauge
    redis_mem_replica_full_sync_buffer_bytes 1
    # TYPE redis_mem_replicas_repl_buffer_bytes gauge
    redis_mem_replicas_repl_buffer_bytes 7
    # TYPE redis_memory_used_hash_templates_bytes gauge
    redis_memory_used_hash_templates_bytes 8
    # TYPE redis_memory_used_peak_timestamp_seconds gauge
    redis_memory_used_peak_timestamp_seconds 1764474045
  `)
})
