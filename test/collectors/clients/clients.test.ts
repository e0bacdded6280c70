import { expect, test } from 'vitest'
import { clients } from '../../../src/collectors/clients/clients.ts'
import { collected } from '../../support/fake-poll.ts'
import { readFixture } from '../../support/fixtures.ts'
import { unindented } from '../../support/unindented.ts'

test('the clients of Redis 7.0', async () => {
  const info = readFixture('redis-7.0.15/info-everything.txt')

  expect(await collected(clients, { info })).toBe(unindented`
    # TYPE redis_blocked_clients gauge
    redis_blocked_clients 0
    # TYPE redis_client_recent_max_input_buffer_bytes gauge
    redis_client_recent_max_input_buffer_bytes 20480
    # TYPE redis_client_recent_max_output_buffer_bytes gauge
    redis_client_recent_max_output_buffer_bytes 20504
    # TYPE redis_clients_in_timeout_table gauge
    redis_clients_in_timeout_table 0
    # TYPE redis_cluster_connections gauge
    redis_cluster_connections 0
    # TYPE redis_connected_clients gauge
    redis_connected_clients 5
    # TYPE redis_max_clients gauge
    redis_max_clients 10000
    # TYPE redis_tracking_clients gauge
    redis_tracking_clients 0
  `)
})

test('the buffers of clients under the names of servers before 5', async () => {
  const info = unindented`
    # Clients
    client_longest_output_list:7
    client_biggest_input_buf:16384
  `

  expect(await collected(clients, { info })).toBe(unindented`
    # TYPE redis_client_biggest_input_buf gauge
    redis_client_biggest_input_buf 16384
    # TYPE redis_client_longest_output_list gauge
    redis_client_longest_output_list 7
  `)
})

test.each([
  ['client_pause', 'write', 9500, 1],
  ['failover_in_progress', 'all', 60_000, 1],
  ['none', 'none', 0, 0],
])('Valkey 8.1 tells that clients are paused: %s, %s', async (reason, actions, left, value) => {
  const info = unindented`
    # Clients
    paused_reason:${reason}
    paused_actions:${actions}
    paused_timeout_milliseconds:${left}
  `

  expect(await collected(clients, { info })).toBe(unindented`
    # TYPE redis_clients_paused gauge
    redis_clients_paused{reason="${reason}",actions="${actions}"} ${value}
    # TYPE redis_clients_paused_seconds gauge
    redis_clients_paused_seconds ${left / 1e3}
  `)
})
