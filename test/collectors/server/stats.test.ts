import { expect, test } from 'vitest'
import { stats } from '../../../src/collectors/server/stats.ts'
import { collected } from '../../support/fake-poll.ts'
import { readFixture } from '../../support/fixtures.ts'
import { unindented } from '../../support/unindented.ts'

test.each([
  ['redis_commands_processed_total counter', 'redis_commands_processed_total 25018'],
  ['redis_net_input_bytes_total counter', 'redis_net_input_bytes_total 1195831'],
  ['redis_keyspace_hits_total counter', 'redis_keyspace_hits_total 5002'],
  ['redis_total_error_replies counter', 'redis_total_error_replies 2'],
  ['redis_replica_resyncs_full gauge', 'redis_replica_resyncs_full 1'],
  ['redis_expired_stale_percentage gauge', 'redis_expired_stale_percentage 0'],
  [
    'redis_eventloop_duration_sum_usec_total counter',
    'redis_eventloop_duration_sum_usec_total 194603',
  ],
  ['redis_acl_access_denied_auth_total counter', 'redis_acl_access_denied_auth_total 0'],
])('the stats of Redis 8 as %s', async (type, series) => {
  const info = readFixture('redis-8-dev/info-everything.txt')

  expect(await collected(stats, { info })).toContain(`# TYPE ${type}\n${series}\n`)
})

test('the last fork, in microseconds on the server, is exported in seconds alone', async () => {
  expect(await collected(stats, { info: '# Stats\nlatest_fork_usec:1094\n' })).toBe(unindented`
    # TYPE redis_latest_fork_seconds gauge
    redis_latest_fork_seconds 0.001094
  `)
})

test.each([
  ['redis_instantaneous_ops_per_sec gauge', 'redis_instantaneous_ops_per_sec 12490'],
  ['redis_instantaneous_input_kbps gauge', 'redis_instantaneous_input_kbps 545.84'],
  ['redis_instantaneous_output_repl_kbps gauge', 'redis_instantaneous_output_repl_kbps 0'],
  ['redis_forks_total counter', 'redis_forks_total 0'],
  ['redis_active_defrag_seconds_total counter', 'redis_active_defrag_seconds_total 0'],
  ['redis_io_threaded_poll_processed_total counter', 'redis_io_threaded_poll_processed_total 0'],
  [
    'redis_io_threaded_prefetch_batches_total counter',
    'redis_io_threaded_prefetch_batches_total 0',
  ],
])('the stats of Valkey 8 as %s', async (type, series) => {
  const info = readFixture('valkey-8-dev/info-everything.txt')

  expect(await collected(stats, { info })).toContain(`# TYPE ${type}\n${series}\n`)
})

// After the documentation of the servers, the source of whose names newer-stats.ts is.
test('what the servers after these tell', async () => {
  const info = unindented`
    # Stats
    cluster_incompatible_ops:1
    io_threaded_accept_processed:2
    expired_keys_active:3
    expired_subkeys_active:4
    expired_fields:5
    expired_keys_with_volatile_items_stale_perc:6.25
    acl_access_denied_tls_cert:7
    acl_access_denied_db:8
    slowlog_commands_count:9
    slowlog_commands_time_ms_sum:1500.25
    slowlog_commands_time_ms_max:1000.00
    total_client_processing_events:10
    eventloop_cycles_with_clients_processing:11
    commands_per_parse_batch_sum:12
    commands_per_parse_batch_cnt:13
    hash_templates:14
    hash_template_keys:15
  `

  expect(await collected(stats, { info })).toBe(unindented`
    # TYPE redis_acl_access_denied_db_total counter
    redis_acl_access_denied_db_total 8
    # TYPE redis_acl_access_denied_tls_cert_total counter
    redis_acl_access_denied_tls_cert_total 7
    # TYPE redis_client_processing_events_total counter
    redis_client_processing_events_total 10
    # TYPE redis_cluster_incompatible_ops_total counter
    redis_cluster_incompatible_ops_total 1
    # TYPE redis_eventloop_cycles_with_clients_processing_total counter
    redis_eventloop_cycles_with_clients_processing_total 11
    # TYPE redis_expired_fields_total counter
    redis_expired_fields_total 5
    # TYPE redis_expired_keys_active_total counter
    redis_expired_keys_active_total 3
    # TYPE redis_expired_keys_with_volatile_items_stale_ratio gauge
    redis_expired_keys_with_volatile_items_stale_ratio 0.0625
    # TYPE redis_expired_subkeys_active_total counter
    redis_expired_subkeys_active_total 4
    # TYPE redis_hash_template_keys gauge
    redis_hash_template_keys 15
    # TYPE redis_hash_templates gauge
    redis_hash_templates 14
    # TYPE redis_io_threaded_accept_processed_total counter
    redis_io_threaded_accept_processed_total 2
    # TYPE redis_parse_batch_commands_total counter
    redis_parse_batch_commands_total 12
    # TYPE redis_parse_batches_total counter
    redis_parse_batches_total 13
    # TYPE redis_slowlog_commands_max_seconds gauge
    redis_slowlog_commands_max_seconds 1
    # TYPE redis_slowlog_commands_seconds_total counter
    redis_slowlog_commands_seconds_total 1.50025
    # TYPE redis_slowlog_commands_total counter
    redis_slowlog_commands_total 9
  `)
})

test('the batches of commands are found under the name that they had first', async () => {
  const info = '# Stats\navg_pipeline_length_sum:12\navg_pipeline_length_cnt:13\n'

  expect(await collected(stats, { info })).toBe(unindented`
    # TYPE redis_parse_batch_commands_total counter
    redis_parse_batch_commands_total 12
    # TYPE redis_parse_batches_total counter
    redis_parse_batches_total 13
  `)
})
