import { describe, expect, test } from 'vitest'
import { clusterLinks } from '../../../src/collectors/cluster/cluster-links.ts'
import { parseInfo } from '../../../src/redis/info.ts'
import { serverInfo } from '../../../src/redis/server-info.ts'
import { collected, fakePoll } from '../../support/fake-poll.ts'
import { recordedAnswer } from '../../support/fixtures.ts'
import { unindented } from '../../support/unindented.ts'

test('the links of a node of Redis 7.0', async () => {
  expect(
    await collected(clusterLinks, { replies: recordedAnswer('redis-7.0.15') }),
  ).toBe(unindented`
    # TYPE redis_cluster_links gauge
    redis_cluster_links{direction="to"} 2
    redis_cluster_links{direction="from"} 2
    # TYPE redis_cluster_links_largest_send_buffer_allocated_bytes gauge
    redis_cluster_links_largest_send_buffer_allocated_bytes 0
    # TYPE redis_cluster_links_largest_send_buffer_used_bytes gauge
    redis_cluster_links_largest_send_buffer_used_bytes 0
    # TYPE redis_cluster_links_newest_created_timestamp_seconds gauge
    redis_cluster_links_newest_created_timestamp_seconds 1795561060.564
    # TYPE redis_cluster_links_oldest_created_timestamp_seconds gauge
    redis_cluster_links_oldest_created_timestamp_seconds 1795561060.44
    # TYPE redis_cluster_links_send_buffer_allocated_bytes gauge
    redis_cluster_links_send_buffer_allocated_bytes 0
    # TYPE redis_cluster_links_send_buffer_used_bytes gauge
    redis_cluster_links_send_buffer_used_bytes 0
  `)
})

test('send buffers are summed, and the largest stands for itself', async () => {
  const replies = { 'CLUSTER LINKS': [link(100, 10), link(30, 25), link(0, 0)] }

  expect(await values({ replies })).toMatchObject({
    send_buffer_allocated_bytes: 130,
    largest_send_buffer_allocated_bytes: 100,
    send_buffer_used_bytes: 35,
    largest_send_buffer_used_bytes: 25,
  })
})

test('a node without links counts none, and has no time at which one was made', async () => {
  expect(await values({ replies: { 'CLUSTER LINKS': [] } })).toEqual({
    to: 0,
    from: 0,
    send_buffer_allocated_bytes: 0,
    send_buffer_used_bytes: 0,
  })
})

test('what a server does not tell is left out', async () => {
  const replies = { 'CLUSTER LINKS': [['direction', 'to', 'novelty', 7]] }

  expect(await values({ replies })).toEqual({ to: 1, from: 0 })
})

test('what is no number is rejected, and costs no other link', async () => {
  const odd = ['direction', 'to', 'send-buffer-used', 'much', 'send-buffer-allocated', 4]
  const poll = fakePoll({ replies: { 'CLUSTER LINKS': [odd, link(5, 3)] } })
  const samples = await clusterLinks.collect(poll)

  expect(poll.rejected).toEqual(['send-buffer-used: much', 'send-buffer-used: much'])
  expect(
    samples.find(({ metric }) => metric.name === 'cluster_links_send_buffer_used_bytes'),
  ).toMatchObject({ value: 3 })
})

test('a thousand nodes give no more series than three', async () => {
  const many = Array.from({ length: 2_000 }, () => link(1, 1))

  expect(Object.keys(await values({ replies: { 'CLUSTER LINKS': many } }))).toHaveLength(8)
})

test.each([
  ['a text', 'none'],
  ['a list of something else', [1, 2]],
])('%s is a failure', async (_, reply) => {
  const poll = fakePoll({ replies: { 'CLUSTER LINKS': reply } })

  await expect(clusterLinks.collect(poll)).rejects.toMatchObject({ reason: 'parse' })
})

describe('it is read', () => {
  const cluster = 'cluster_enabled:1'
  test.each([
    ['from a node of a cluster that has the command', cluster, ['cluster|links'], true],
    ['not from a server before 7.0', cluster, ['cluster'], false],
    ['not from a server outside of a cluster', 'cluster_enabled:0', ['cluster|links'], false],
  ])('%s', (_, fields, commands, expected) => {
    const server = serverInfo(parseInfo(`# Cluster\n${fields}\n`), new Set(commands))

    expect(clusterLinks.appliesTo?.(server)).toBe(expected)
  })
})

function link(allocated: number, used: number) {
  return [
    ...['direction', 'from', 'node', 'a1', 'create-time', 1_700_000_000_000, 'events', 'r'],
    ...['send-buffer-allocated', allocated, 'send-buffer-used', used],
  ]
}

/** The values by what tells the series apart. */
async function values(server: Parameters<typeof fakePoll>[0]) {
  const samples = await clusterLinks.collect(fakePoll(server))
  return Object.fromEntries(
    samples.map(({ metric, labels, value }) => [
      labels.direction ?? metric.name.replace('cluster_links_', ''),
      value,
    ]),
  )
}
