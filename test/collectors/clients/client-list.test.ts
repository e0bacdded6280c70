import { describe, expect, test } from 'vitest'
import { systemClock } from '../../../src/clock.ts'
import { clientList } from '../../../src/collectors/clients/client-list.ts'
import type { Sample } from '../../../src/metrics/metric.ts'
import { runCollector } from '../../../src/poller/run-collector.ts'
import type { Reply } from '../../../src/redis/command.ts'
import { leastStall } from '../../support/event-loop.ts'
import { collected, type FakeServer, fakePoll, samplesOf } from '../../support/fake-poll.ts'
import { readFixture } from '../../support/fixtures.ts'
import { unindented } from '../../support/unindented.ts'

function server(reply: Reply, settings: FakeServer['settings'] = {}): FakeServer {
  return { replies: { 'CLIENT LIST': reply }, settings, unixSeconds: 1_700_000_000.9 }
}

/** What is served of the clients themselves, without their figures. */
async function infoOf(reply: Reply, settings: FakeServer['settings'] = {}): Promise<string> {
  const text = await collected(clientList, server(reply, settings))
  return text.match(/^redis_connected_client_info.*\n/gm)?.join('') ?? ''
}

test('a client of Redis 7.0, which does not report watched keys', async () => {
  const [line = ''] = readFixture('redis-7.0.15/client-list.txt').split('\n')

  expect(await collected(clientList, server(line))).toBe(unindented`
    # TYPE redis_connected_client_channel_subscriptions_count gauge
    redis_connected_client_channel_subscriptions_count{id="4",name=""} 0
    # TYPE redis_connected_client_created_at_timestamp gauge
    redis_connected_client_created_at_timestamp{id="4",name=""} 1699999994
    # TYPE redis_connected_client_idle_since_timestamp gauge
    redis_connected_client_idle_since_timestamp{id="4",name=""} 1700000000
    # TYPE redis_connected_client_info gauge
    redis_connected_client_info{id="4",name="",flags="S",db="0",host="127.0.0.1",user="default",resp="2"} 1
    # TYPE redis_connected_client_output_buffer_length_bytes gauge
    redis_connected_client_output_buffer_length_bytes{id="4",name=""} 0
    # TYPE redis_connected_client_output_buffer_memory_usage_bytes gauge
    redis_connected_client_output_buffer_memory_usage_bytes{id="4",name=""} 20504
    # TYPE redis_connected_client_output_list_length gauge
    redis_connected_client_output_list_length{id="4",name=""} 1
    # TYPE redis_connected_client_pattern_matching_subscriptions_count gauge
    redis_connected_client_pattern_matching_subscriptions_count{id="4",name=""} 0
    # TYPE redis_connected_client_query_buffer_free_space_bytes gauge
    redis_connected_client_query_buffer_free_space_bytes{id="4",name=""} 20474
    # TYPE redis_connected_client_query_buffer_length_bytes gauge
    redis_connected_client_query_buffer_length_bytes{id="4",name=""} 0
    # TYPE redis_connected_client_shard_channel_subscriptions_count gauge
    redis_connected_client_shard_channel_subscriptions_count{id="4",name=""} 0
    # TYPE redis_connected_client_total_memory_consumed_bytes gauge
    redis_connected_client_total_memory_consumed_bytes{id="4",name=""} 42776
  `)
})

test('a client of Valkey 8, with the port as well', async () => {
  const line =
    'id=269 addr=127.0.0.1:50498 laddr=127.0.0.1:21420 fd=12 name=my=app age=61 idle=2 flags=N ' +
    'db=3 sub=1 psub=2 ssub=3 multi=-1 watch=4 qbuf=26 qbuf-free=20448 argv-mem=10 multi-mem=0 ' +
    'rbs=16392 rbp=16392 obl=5 oll=6 omem=7 tot-mem=17322 events=r cmd=client|list user=default ' +
    'redir=-1 resp=2 lib-name= lib-ver= tot-net-in=26 tot-net-out=0 tot-cmds=0\n'

  expect(await collected(clientList, server(line, { exportClientPort: true }))).toBe(unindented`
    # TYPE redis_connected_client_channel_subscriptions_count gauge
    redis_connected_client_channel_subscriptions_count{id="269",name="my=app"} 1
    # TYPE redis_connected_client_created_at_timestamp gauge
    redis_connected_client_created_at_timestamp{id="269",name="my=app"} 1699999939
    # TYPE redis_connected_client_idle_since_timestamp gauge
    redis_connected_client_idle_since_timestamp{id="269",name="my=app"} 1699999998
    # TYPE redis_connected_client_info gauge
    redis_connected_client_info{id="269",name="my=app",flags="N",db="3",host="127.0.0.1",port="50498",user="default",resp="2"} 1
    # TYPE redis_connected_client_output_buffer_length_bytes gauge
    redis_connected_client_output_buffer_length_bytes{id="269",name="my=app"} 5
    # TYPE redis_connected_client_output_buffer_memory_usage_bytes gauge
    redis_connected_client_output_buffer_memory_usage_bytes{id="269",name="my=app"} 7
    # TYPE redis_connected_client_output_list_length gauge
    redis_connected_client_output_list_length{id="269",name="my=app"} 6
    # TYPE redis_connected_client_pattern_matching_subscriptions_count gauge
    redis_connected_client_pattern_matching_subscriptions_count{id="269",name="my=app"} 2
    # TYPE redis_connected_client_query_buffer_free_space_bytes gauge
    redis_connected_client_query_buffer_free_space_bytes{id="269",name="my=app"} 20448
    # TYPE redis_connected_client_query_buffer_length_bytes gauge
    redis_connected_client_query_buffer_length_bytes{id="269",name="my=app"} 26
    # TYPE redis_connected_client_shard_channel_subscriptions_count gauge
    redis_connected_client_shard_channel_subscriptions_count{id="269",name="my=app"} 3
    # TYPE redis_connected_client_shard_channel_watched_keys gauge
    redis_connected_client_shard_channel_watched_keys{id="269",name="my=app"} 4
    # TYPE redis_connected_client_total_memory_consumed_bytes gauge
    redis_connected_client_total_memory_consumed_bytes{id="269",name="my=app"} 17322
  `)
})

test('a client of Redis 5 has no user, no protocol and none of the newer figures', async () => {
  const line =
    'id=11 addr=127.0.0.1:63508 fd=8 name= age=6321 idle=6320 flags=N db=0 sub=0 psub=0 ' +
    'multi=-1 qbuf=0 qbuf-free=0 obl=0 oll=0 omem=0 events=r cmd=setex\n'
  const samples = await samplesOf(clientList, fakePoll(server(line)))

  expect(await infoOf(line)).toBe(
    'redis_connected_client_info{id="11",name="",flags="N",db="0",host="127.0.0.1"} 1\n',
  )
  const names = samples.map(({ metric }) => metric.name)
  expect(names).toHaveLength(10)
  expect(names.filter((name) => /shard|total_memory/.test(name))).toEqual([])
})

test.each([
  ['[::1]:45864', '[::1]', '45864'],
  ['fd40:1481::1a06:44426', 'fd40:1481::1a06', '44426'],
  ['/run/redis.sock:0', '/run/redis.sock', '0'],
])('a client at %s has the host %s and, where asked for, the port %s', async (addr, host, port) => {
  const line = `id=1 addr=${addr} name=a flags=N db=0\n`
  const labels = `id="1",name="a",flags="N",db="0",host="${host}"`

  expect(await infoOf(line)).toBe(`redis_connected_client_info{${labels}} 1\n`)
  expect(await infoOf(line, { exportClientPort: true })).toBe(
    `redis_connected_client_info{${labels},port="${port}"} 1\n`,
  )
})

test('a line that tells of no client is rejected and costs no other', async () => {
  const poll = fakePoll(server('id=1 addr=a:1\nid=x addr=b:1\nid=3 addr=c:1\n'))
  const samples = await samplesOf(clientList, poll)

  expect(samples.map(({ labels }) => labels.id)).toEqual(['1', '3'])
  expect(poll.rejected).toEqual(['client: id=x addr=b:1'])
})

test('a figure that is no number is rejected and costs no other', async () => {
  const poll = fakePoll(server('id=1 addr=a:1 age=old idle=1 sub=2\n'))
  const samples = await samplesOf(clientList, poll)

  expect(samples.map(({ metric }) => metric.name)).toEqual([
    'connected_client_info',
    'connected_client_idle_since_timestamp',
    'connected_client_channel_subscriptions_count',
  ])
  expect(poll.rejected).toEqual(['age: old'])
})

test.each<[string, Reply]>([
  ['nil', null],
  ['a number', 7],
  ['a list', ['id=1 addr=a:1']],
])('a reply that is %s is a failure', async (_form, reply) => {
  await expect(samplesOf(clientList, fakePoll(server(reply)))).rejects.toMatchObject({
    reason: 'parse',
  })
})

test('a reply without clients is none', async () => {
  expect(await collected(clientList, server(''))).toBe('')
})

/** Clients as Redis 7.0 lists them. */
function manyClients(ids: readonly number[]): string {
  const rest =
    'laddr=127.0.0.1:6379 fd=9 name=app age=60 idle=3 flags=N db=0 sub=0 psub=0 ssub=0 multi=-1 ' +
    'qbuf=0 qbuf-free=0 argv-mem=0 multi-mem=0 rbs=1024 rbp=0 obl=0 oll=0 omem=0 tot-mem=1800 ' +
    'events=r cmd=get user=default redir=-1 resp=2'
  return ids.map((id) => `id=${id} addr=127.0.0.1:${1024 + (id % 60_000)} ${rest}\n`).join('')
}

describe('the bound on series', () => {
  const seriesEach = 12
  const idsOf = (samples: readonly Sample[]) => [...new Set(samples.map(({ labels }) => labels.id))]

  test.each<[string, number, readonly string[], number]>([
    ['has room for all', 4 * seriesEach, ['2', '3', '5', '8'], 0],
    ['lets whole clients in only', 3 * seriesEach + 11, ['2', '3', '5'], seriesEach],
    ['lets those in that are there longest', 2 * seriesEach, ['2', '3'], 2 * seriesEach],
    ['may be too small for a single client', 5, [], 4 * seriesEach],
  ])('%s', async (_case, clientListMaxSeries, ids, leftOut) => {
    const poll = fakePoll(server(manyClients([8, 3, 5, 2]), { clientListMaxSeries }))
    const samples = await samplesOf(clientList, poll)

    expect(idsOf(samples)).toEqual(ids)
    expect(samples).toHaveLength(ids.length * seriesEach)
    expect(poll.leftOut()).toBe(leftOut)
  })

  test('holds what it leaves out to its id alone', async () => {
    const broken = 'id=9 addr=a:1 age=old sub=many\n'
    const poll = fakePoll(server(manyClients([1]) + broken, { clientListMaxSeries: seriesEach }))
    await samplesOf(clientList, poll)

    expect(poll.rejected).toEqual([])
  })

  test('is 5,000 series for 10,000 clients unless told otherwise', async () => {
    const ids = Array.from({ length: 10_000 }, (_, index) => index + 1)
    const result = await runCollector(clientList, fakePoll(server(manyClients(ids))), systemClock)

    expect(result.samples).toHaveLength(416 * seriesEach)
    expect(result.leftOut).toBe((10_000 - 416) * seriesEach)
  })
})

describe('10,000 clients do not keep the event loop for 20 ms', () => {
  const reply = manyClients(Array.from({ length: 10_000 }, (_, index) => index + 1))

  // The second takes far more than 20 ms in all, so that it would not pass without turns.
  test.each([
    ['at the bound that is the default', 5000],
    ['when four times as many series are let in', 20_000],
  ])('%s', { timeout: 30_000 }, async (_case, clientListMaxSeries) => {
    const poll = fakePoll(server(reply, { clientListMaxSeries }))
    const stall = await leastStall(20, () => runCollector(clientList, poll, systemClock))

    console.log(`longest stall with ${clientListMaxSeries} series at most: ${stall.toFixed(1)} ms`)
    expect(stall).toBeLessThan(20)
  })
})
