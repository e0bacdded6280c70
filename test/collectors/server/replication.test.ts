import { expect, test } from 'vitest'
import { replication } from '../../../src/collectors/server/replication.ts'
import { collected } from '../../support/fake-poll.ts'
import { readFixture } from '../../support/fixtures.ts'
import { unindented } from '../../support/unindented.ts'

test('a master with a replica', async () => {
  const info = readFixture('redis-7.0.15/info-everything.txt')

  expect(await collected(replication, { info })).toBe(unindented`
    # TYPE redis_connected_slave_lag_bytes gauge
    redis_connected_slave_lag_bytes{slave_ip="127.0.0.1",slave_port="17898",slave_state="online"} 0
    # TYPE redis_connected_slave_lag_seconds gauge
    redis_connected_slave_lag_seconds{slave_ip="127.0.0.1",slave_port="17898",slave_state="online"} 0
    # TYPE redis_connected_slave_offset_bytes gauge
    redis_connected_slave_offset_bytes{slave_ip="127.0.0.1",slave_port="17898",slave_state="online"} 250326
    # TYPE redis_connected_slaves gauge
    redis_connected_slaves 1
    # TYPE redis_master_failover_state gauge
    redis_master_failover_state{state="no-failover"} 0
    # TYPE redis_master_repl_offset gauge
    redis_master_repl_offset 250326
    # TYPE redis_repl_backlog_first_byte_offset gauge
    redis_repl_backlog_first_byte_offset 1
    # TYPE redis_repl_backlog_history_bytes gauge
    redis_repl_backlog_history_bytes 250326
    # TYPE redis_repl_backlog_is_active gauge
    redis_repl_backlog_is_active 1
    # TYPE redis_replication_backlog_bytes gauge
    redis_replication_backlog_bytes 1048576
    # TYPE redis_second_repl_offset gauge
    redis_second_repl_offset -1
  `)
})

test.each([
  ['redis_master_link_up', 1],
  ['redis_master_last_io_seconds_ago', 1],
  ['redis_master_sync_in_progress', 0],
  ['redis_slave_repl_offset', 250_326],
])('a replica tells %s with the address of its master', async (name, value) => {
  const info = readFixture('redis-7.0.15/info-replica.txt')
  const labels = 'master_host="127.0.0.1",master_port="10179"'

  expect(await collected(replication, { info })).toContain(
    `# TYPE ${name} gauge\n${name}{${labels}} ${value}\n`,
  )
})

test('a replica is told by its labels', async () => {
  const info = readFixture('redis-7.0.15/info-replica.txt')

  expect(await collected(replication, { info })).toContain(
    '# TYPE redis_slave_info gauge\n' +
      'redis_slave_info{master_host="127.0.0.1",master_port="10179",read_only="1"} 1\n',
  )
})

test('a replica that has lost its master has the link at 0 and has never heard of it', async () => {
  const info = readFixture('redis-7.0.15/info-replica-link-down.txt')
  const labels = 'master_host="127.0.0.1",master_port="10179"'
  const text = await collected(replication, { info })

  expect(text).toContain(`redis_master_link_up{${labels}} 0\n`)
  expect(text).toContain(`redis_master_last_io_seconds_ago{${labels}} -1\n`)
})

test('a replica that has lost its master tells for how long', async () => {
  const info = readFixture('redis-7.0.15/info-replica-link-down.txt')

  expect(await collected(replication, { info })).toContain(
    '# TYPE redis_master_link_down_since_seconds gauge\n' +
      'redis_master_link_down_since_seconds{master_host="127.0.0.1",master_port="10179"} 1\n',
  )
})

test('a replica that is sent all data tells how far it is', async () => {
  const info = unindented`
    # Replication
    role:slave
    master_host:m
    master_port:1
    master_sync_in_progress:1
    slave_read_repl_offset:7
    master_sync_total_bytes:400
    master_sync_read_bytes:100
    master_sync_left_bytes:300
    master_sync_perc:25.00
    master_sync_last_io_seconds_ago:2
  `
  const text = await collected(replication, { info })

  for (const [name, value] of [
    ['master_sync_in_progress', 1],
    ['slave_read_repl_offset', 7],
    ['master_sync_total_bytes', 400],
    ['master_sync_read_bytes', 100],
    ['master_sync_left_bytes', 300],
    ['master_sync_ratio', 0.25],
    ['master_sync_last_io_age_seconds', 2],
  ])
    expect(text).toContain(
      `# TYPE redis_${name} gauge\nredis_${name}{master_host="m",master_port="1"} ${value}\n`,
    )
})

test('what some replicas and masters tell besides', async () => {
  const info = unindented`
    # Replication
    role:master
    min_slaves_good_slaves:2
    replica_announced:1
    replicas_waiting_psync:3
    replicas_repl_buffer_size:4
    replicas_repl_buffer_peak:5
    master_failover_state:waiting-for-sync
  `

  expect(await collected(replication, { info })).toBe(unindented`
    # TYPE redis_master_failover_state gauge
    redis_master_failover_state{state="waiting-for-sync"} 1
    # TYPE redis_min_slaves_good_slaves gauge
    redis_min_slaves_good_slaves 2
    # TYPE redis_replica_announced gauge
    redis_replica_announced 1
    # TYPE redis_replicas_repl_buffer_peak_bytes gauge
    redis_replicas_repl_buffer_peak_bytes 5
    # TYPE redis_replicas_repl_buffer_size_bytes gauge
    redis_replicas_repl_buffer_size_bytes 4
    # TYPE redis_replicas_waiting_psync gauge
    redis_replicas_waiting_psync 3
  `)
})
