import { expect, test } from 'vitest'
import { cluster } from '../../../src/collectors/cluster/cluster.ts'
import { encode } from '../../../src/metrics/encode.ts'
import { refusal } from '../../support/fake-connection.ts'
import { collected, fakePoll } from '../../support/fake-poll.ts'
import { readFixture, recordedAnswer } from '../../support/fixtures.ts'
import { unindented } from '../../support/unindented.ts'

const enabled = '# Cluster\ncluster_enabled:1\n'

/** What CLUSTER INFO becomes, without what INFO tells. */
async function fromClusterInfo(reply: string): Promise<string> {
  const text = await collected(cluster, { info: enabled, replies: { 'CLUSTER INFO': reply } })
  return text.replace('# TYPE redis_cluster_enabled gauge\nredis_cluster_enabled 1\n', '')
}

test('a node of a cluster of Redis 7.0', async () => {
  const info = readFixture('redis-7.0.15/info-cluster-node.txt')

  expect(
    await collected(cluster, { info, replies: recordedAnswer('redis-7.0.15') }),
  ).toBe(unindented`
    # TYPE redis_cluster_current_epoch gauge
    redis_cluster_current_epoch 3
    # TYPE redis_cluster_enabled gauge
    redis_cluster_enabled 1
    # TYPE redis_cluster_known_nodes gauge
    redis_cluster_known_nodes 3
    # TYPE redis_cluster_links_buffer_limit_exceeded_total gauge
    redis_cluster_links_buffer_limit_exceeded_total 0
    # TYPE redis_cluster_messages_received_total gauge
    redis_cluster_messages_received_total 11
    # TYPE redis_cluster_messages_sent_total gauge
    redis_cluster_messages_sent_total 11
    # TYPE redis_cluster_my_epoch gauge
    redis_cluster_my_epoch 1
    # TYPE redis_cluster_size gauge
    redis_cluster_size 3
    # TYPE redis_cluster_slots_assigned gauge
    redis_cluster_slots_assigned 16384
    # TYPE redis_cluster_slots_fail gauge
    redis_cluster_slots_fail 0
    # TYPE redis_cluster_slots_ok gauge
    redis_cluster_slots_ok 16384
    # TYPE redis_cluster_slots_pfail gauge
    redis_cluster_slots_pfail 0
    # TYPE redis_cluster_state gauge
    redis_cluster_state 1
    # TYPE redis_cluster_stats_messages_meet_received gauge
    redis_cluster_stats_messages_meet_received 2
    # TYPE redis_cluster_stats_messages_ping_received gauge
    redis_cluster_stats_messages_ping_received 4
    # TYPE redis_cluster_stats_messages_ping_sent gauge
    redis_cluster_stats_messages_ping_sent 5
    # TYPE redis_cluster_stats_messages_pong_received gauge
    redis_cluster_stats_messages_pong_received 5
    # TYPE redis_cluster_stats_messages_pong_sent gauge
    redis_cluster_stats_messages_pong_sent 6
  `)
})

test('a server outside of a cluster is not asked for one', async () => {
  const poll = fakePoll({ info: '# Cluster\ncluster_enabled:0\n' })
  const samples = await cluster.collect(poll)

  expect(encode('redis', samples).text).toContain('redis_cluster_enabled 0\n')
  expect(poll.commands).toEqual([])
})

test('a cluster that has failed has the state 0', async () => {
  expect(await fromClusterInfo('cluster_state:fail\r\n')).toBe(unindented`
    # TYPE redis_cluster_state gauge
    redis_cluster_state 0
  `)
})

test('a field that begins with cluster_ keeps its name, made fit for Prometheus', async () => {
  const reply = 'cluster_nodes_pfail:1\r\ncluster_stats_messages_auth-req_sent:7\r\n'

  expect(await fromClusterInfo(reply)).toBe(unindented`
    # TYPE redis_cluster_nodes_pfail gauge
    redis_cluster_nodes_pfail 1
    # TYPE redis_cluster_stats_messages_auth_req_sent gauge
    redis_cluster_stats_messages_auth_req_sent 7
  `)
})

test('other fields do not become metrics by accident', async () => {
  expect(await fromClusterInfo('total_cluster_novelties:3\r\nslots:4\r\n')).toBe('')
})

test('a field that is neither number nor known word is rejected', async () => {
  const replies = { 'CLUSTER INFO': 'cluster_state:unsure\r\n' }
  const poll = fakePoll({ info: enabled, replies })
  await cluster.collect(poll)

  expect(poll.rejected).toEqual(['cluster_state: unsure'])
})

test('a field that nobody knows and that is no number is passed over', async () => {
  const replies = { 'CLUSTER INFO': 'cluster_zone:eu-1\r\n# cluster_note\r\ncluster_size:3\r\n' }
  const poll = fakePoll({ info: enabled, replies })
  const samples = await cluster.collect(poll)

  expect(samples.map(({ metric }) => metric.name)).toEqual(['cluster_enabled', 'cluster_size'])
  expect(poll.rejected).toEqual([])
})

test('the fields of CLUSTER INFO that Valkey repeats inside INFO are taken once', async () => {
  const info = `${enabled}cluster_state:ok\ncluster_size:3\ncluster_stats_messages_sent:9\n`
  const replies = { 'CLUSTER INFO': 'cluster_state:ok\r\ncluster_size:3\r\n' }

  expect(await collected(cluster, { info, replies })).toBe(unindented`
    # TYPE redis_cluster_enabled gauge
    redis_cluster_enabled 1
    # TYPE redis_cluster_size gauge
    redis_cluster_size 3
    # TYPE redis_cluster_state gauge
    redis_cluster_state 1
  `)
})

test.each([
  ...['cluster_enabled', 'cluster_connections', 'cluster_incompatible_ops_total'],
  ...['cluster_links', 'cluster_own_slots_keys'],
])('%s, which is read elsewhere, is not taken from CLUSTER INFO too', async (field) => {
  expect(await fromClusterInfo(`${field}:1\r\n`)).toBe('')
})

test.each(['cluster_voting_nodes_fail', 'cluster_nodes_fail'])(
  'Valkey 9 counts nodes: %s comes through as it is',
  async (field) => {
    expect(await fromClusterInfo(`${field}:2\r\n`)).toBe(
      `# TYPE redis_${field} gauge\nredis_${field} 2\n`,
    )
  },
)

test.each([
  ['that is no text', 7, 'parse: CLUSTER INFO gave no text'],
  ['that is refused', refusal(), 'noperm: the user may not run the command (NOPERM)'],
])('a reply %s costs nothing of what INFO tells', async (_case, reply, failure) => {
  const poll = fakePoll({ info: enabled, replies: { 'CLUSTER INFO': reply } })
  const samples = await cluster.collect(poll)

  expect(samples.map(({ metric, value }) => [metric.name, value])).toEqual([['cluster_enabled', 1]])
  expect(poll.failedParts).toEqual([`CLUSTER INFO: ${failure}`])
})
