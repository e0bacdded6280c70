import { expect, test } from 'vitest'
import { stats } from '../../src/collectors/stats.ts'
import { collected } from '../support/fake-poll.ts'
import { readFixture } from '../support/fixtures.ts'
import { unindented } from '../support/unindented.ts'

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
