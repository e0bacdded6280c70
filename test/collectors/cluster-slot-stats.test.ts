import { describe, expect, test } from 'vitest'
import { clusterSlotStats } from '../../src/collectors/cluster-slot-stats.ts'
import type { Command, Reply } from '../../src/redis/command.ts'
import { parseInfo } from '../../src/redis/info.ts'
import { serverInfo } from '../../src/redis/server-info.ts'
import { collected, type FakeServer, fakePoll } from '../support/fake-poll.ts'
import { recordedAnswer } from '../support/fixtures.ts'
import { unindented } from '../support/unindented.ts'

test('some slots of a node of Valkey 8 that counts all it can', async () => {
  expect(
    await collected(clusterSlotStats, { replies: recordedAnswer('valkey-8-dev') }),
  ).toBe(unindented`
    # TYPE redis_cluster_own_slots gauge
    redis_cluster_own_slots 16
    # TYPE redis_cluster_own_slots_cpu_seconds_total counter
    redis_cluster_own_slots_cpu_seconds_total 0.000026
    # TYPE redis_cluster_own_slots_keys gauge
    redis_cluster_own_slots_keys 7
    # TYPE redis_cluster_own_slots_network_input_bytes_total counter
    redis_cluster_own_slots_network_input_bytes_total 310
    # TYPE redis_cluster_own_slots_network_output_bytes_total counter
    redis_cluster_own_slots_network_output_bytes_total 27
    # TYPE redis_cluster_slot_cpu_seconds_total counter
    redis_cluster_slot_cpu_seconds_total{slot="0"} 0.000018
    redis_cluster_slot_cpu_seconds_total{slot="1"} 0.000005
    redis_cluster_slot_cpu_seconds_total{slot="2"} 0.000003
    # TYPE redis_cluster_slot_keys gauge
    redis_cluster_slot_keys{slot="1"} 3
    redis_cluster_slot_keys{slot="0"} 2
    redis_cluster_slot_keys{slot="2"} 2
    # TYPE redis_cluster_slot_network_input_bytes_total counter
    redis_cluster_slot_network_input_bytes_total{slot="1"} 206
    redis_cluster_slot_network_input_bytes_total{slot="0"} 52
    redis_cluster_slot_network_input_bytes_total{slot="2"} 52
    # TYPE redis_cluster_slot_network_output_bytes_total counter
    redis_cluster_slot_network_output_bytes_total{slot="1"} 17
    redis_cluster_slot_network_output_bytes_total{slot="0"} 5
    redis_cluster_slot_network_output_bytes_total{slot="2"} 5
  `)
})

test('the memory of slots, which Redis 8.2 tells', async () => {
  const slots = [[7, ['key-count', 1, 'cpu-usec', 0, 'memory-bytes', 72]]]

  expect(await collected(clusterSlotStats, ofSlots(slots))).toBe(unindented`
    # TYPE redis_cluster_own_slots gauge
    redis_cluster_own_slots 1
    # TYPE redis_cluster_own_slots_cpu_seconds_total counter
    redis_cluster_own_slots_cpu_seconds_total 0
    # TYPE redis_cluster_own_slots_keys gauge
    redis_cluster_own_slots_keys 1
    # TYPE redis_cluster_own_slots_memory_bytes gauge
    redis_cluster_own_slots_memory_bytes 72
    # TYPE redis_cluster_slot_keys gauge
    redis_cluster_slot_keys{slot="7"} 1
    # TYPE redis_cluster_slot_memory_bytes gauge
    redis_cluster_slot_memory_bytes{slot="7"} 72
  `)
})

test('of all 16384 slots ten of each are told of, and all are in the sums', async () => {
  const all = Array.from({ length: 16_384 }, (_, slot) => [slot, statistics(slot)])
  const samples = await clusterSlotStats.collect(fakePoll(ofSlots(all)))
  const ofKeys = samples.filter(({ metric }) => metric.name === 'cluster_slot_keys')

  expect(samples).toHaveLength(56)
  expect(ofKeys.map(({ labels, value }) => [labels.slot, value])).toEqual(
    Array.from({ length: 10 }, (_, index) => [`${16_383 - index}`, 16_383 - index]),
  )
  expect(samples.slice(0, 2).map(({ value }) => value)).toEqual([16_384, (16_383 * 16_384) / 2])
})

test('the slots are read in ranges, one after the other, so that the server is never long busy', async () => {
  const poll = fakePoll(ofSlots([]))
  let open = 0
  await clusterSlotStats.collect({
    ...poll,
    async read(...command) {
      open += 1
      expect(open).toBe(1)
      const reply = await poll.read(...command)
      open -= 1
      return reply
    },
  })

  const ranges = poll.commands.map((command) => command.split(' ').slice(-2).map(Number))
  expect(ranges[0]).toEqual([0, 511])
  expect(ranges.at(-1)).toEqual([15_872, 16_383])
  expect(ranges).toHaveLength(32)
})

test('a node without slots tells that', async () => {
  expect(await collected(clusterSlotStats, ofSlots([]))).toBe(unindented`
    # TYPE redis_cluster_own_slots gauge
    redis_cluster_own_slots 0
  `)
})

test('what is no number is rejected', async () => {
  const poll = fakePoll(ofSlots([[1, ['key-count', 'many', 'novelty', 'x']]]))
  const samples = await clusterSlotStats.collect(poll)

  expect(poll.rejected).toEqual(['key-count: many'])
  expect(samples).toHaveLength(1)
})

test.each<[string, Reply]>([
  ['a text', 'none'],
  ['a list without slots', ['key-count']],
  ['a slot without a number', [['one', ['key-count', 1]]]],
  ['a slot without statistics', [[1]]],
])('%s is a failure', async (_, reply) => {
  const poll = fakePoll({ replies: () => reply })

  await expect(clusterSlotStats.collect(poll)).rejects.toMatchObject({ reason: 'parse' })
})

describe('it is read', () => {
  test.each([
    ['from a node of a cluster that has the command', '1', ['cluster|slot-stats'], true],
    ['not from a server before 8', '1', ['cluster'], false],
    ['not from a server outside of a cluster', '0', ['cluster|slot-stats'], false],
  ])('%s', (_, enabled, commands, expected) => {
    const info = parseInfo(`# Cluster\ncluster_enabled:${enabled}\n`)

    expect(clusterSlotStats.appliesTo?.(serverInfo(info, new Set(commands)))).toBe(expected)
  })

  test('with the scans, not with every poll', () => {
    expect(clusterSlotStats).toMatchObject({ schedule: 'scan', optIn: true })
  })
})

/** Statistics that are all the same number. */
function statistics(value: number): Reply {
  const names = ['key-count', 'cpu-usec', 'memory-bytes', 'network-bytes-in', 'network-bytes-out']
  return names.flatMap((name) => [name, value])
}

/** A node that has these slots, and answers for the ranges that it is asked for. */
function ofSlots(slots: readonly Reply[]): FakeServer {
  const slotOf = (entry: Reply) => Number(Array.isArray(entry) ? entry[0] : Number.NaN)
  return {
    replies: ([, , , from, to]: Command) =>
      slots.filter((entry) => slotOf(entry) >= Number(from) && slotOf(entry) <= Number(to)),
  }
}
