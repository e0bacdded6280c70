import { describe, expect, test } from 'vitest'
import { createClusterSlotStats } from '../../../src/collectors/cluster/cluster-slot-stats.ts'
import type { Command, Reply } from '../../../src/redis/command.ts'
import { parseInfo } from '../../../src/redis/info.ts'
import { serverInfo } from '../../../src/redis/server-info.ts'
import { collected, type FakeServer, fakePoll } from '../../support/fake-poll.ts'
import { recordedAnswer } from '../../support/fixtures.ts'
import { unindented } from '../../support/unindented.ts'

test('some slots of a node of Valkey 8 that counts all it can', async () => {
  expect(
    await collected(createClusterSlotStats(), { replies: recordedAnswer('valkey-8-dev') }),
  ).toBe(unindented`
    # TYPE redis_cluster_own_slots gauge
    redis_cluster_own_slots 16
    # TYPE redis_cluster_own_slots_cpu_seconds_total counter
    redis_cluster_own_slots_cpu_seconds_total 0
    # TYPE redis_cluster_own_slots_keys gauge
    redis_cluster_own_slots_keys 7
    # TYPE redis_cluster_own_slots_network_input_bytes_total counter
    redis_cluster_own_slots_network_input_bytes_total 0
    # TYPE redis_cluster_own_slots_network_output_bytes_total counter
    redis_cluster_own_slots_network_output_bytes_total 0
    # TYPE redis_cluster_slot_keys gauge
    redis_cluster_slot_keys{slot="1"} 3
    redis_cluster_slot_keys{slot="0"} 2
    redis_cluster_slot_keys{slot="2"} 2
  `)
})

describe('the counters', () => {
  const cpu = (microseconds: Readonly<Record<number, number>>, runId = 'first'): FakeServer => ({
    info: `# Server\nrun_id:${runId}\n`,
    ...ofSlots(Object.entries(microseconds).map(([slot, one]) => [+slot, ['cpu-usec', one]])),
  })
  /** The seconds of all slots, and of each that has some, after some readings. */
  async function lastOf(...readings: readonly FakeServer[]) {
    const collector = createClusterSlotStats()
    let samples: Awaited<ReturnType<typeof collector.collect>> = []
    for (const one of readings) samples = await collector.collect(fakePoll(one))
    const ofName = (name: string) => samples.filter(({ metric }) => metric.name === name)
    return {
      all: ofName('cluster_own_slots_cpu_seconds_total')[0]?.value,
      slots: ofName('cluster_slot_cpu_seconds_total').map(({ labels, value }) => [
        labels.slot,
        value,
      ]),
    }
  }

  test('begin at 0 and tell what came since, of all and of those that have most', async () => {
    const readings = [cpu({ 1: 5e6, 2: 7e6 }), cpu({ 1: 6e6, 2: 9e6 })]

    expect(await lastOf(...readings)).toEqual({
      all: 3,
      slots: [
        ['2', 2],
        ['1', 1],
      ],
    })
  })

  test('do not fall when a slot moves away', async () => {
    const readings = [cpu({ 1: 5e6, 2: 7e6 }), cpu({ 1: 6e6, 2: 9e6 }), cpu({ 1: 6e6 })]

    expect(await lastOf(...readings)).toEqual({ all: 3, slots: [['1', 1]] })
  })

  test('do not leap when a slot comes, or comes back', async () => {
    const first = [cpu({ 1: 0, 2: 0 }), cpu({ 1: 1e6, 2: 1e6 })]
    const readings = [...first, cpu({ 1: 1e6, 3: 9e6 }), cpu({ 1: 1e6, 2: 8e6, 3: 9e6 })]

    expect(await lastOf(...readings)).toEqual({
      all: 2,
      slots: [
        ['1', 1],
        ['2', 1],
      ],
    })
    expect(await lastOf(...readings, cpu({ 1: 1e6, 2: 9e6, 3: 9e6 }))).toMatchObject({ all: 3 })
  })

  test('go on when somebody resets those of the server', async () => {
    const readings = [cpu({ 1: 5e6 }), cpu({ 1: 7e6 }), cpu({ 1: 1e6 }), cpu({ 1: 4e6 })]

    expect((await lastOf(...readings)).all).toBe(6)
  })

  test('begin anew with another run of the server, and when the first one comes back', async () => {
    const readings = [cpu({ 1: 5e6 }), cpu({ 1: 7e6 }), cpu({ 1: 9e6 }, 'second')]

    expect((await lastOf(...readings)).all).toBe(0)
    expect((await lastOf(...readings, cpu({ 1: 8e6 }))).all).toBe(0)
  })
})

test('the memory of slots, which Redis 8.2 tells', async () => {
  const slots = [[7, ['key-count', 1, 'cpu-usec', 0, 'memory-bytes', 72]]]

  expect(await collected(createClusterSlotStats(), ofSlots(slots))).toBe(unindented`
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
  const collector = createClusterSlotStats()
  await collector.collect(fakePoll(ofSlots(all.map((_, slot) => [slot, statistics(0)]))))
  const samples = await collector.collect(fakePoll(ofSlots(all)))
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
  await createClusterSlotStats().collect({
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
  expect(await collected(createClusterSlotStats(), ofSlots([]))).toBe(unindented`
    # TYPE redis_cluster_own_slots gauge
    redis_cluster_own_slots 0
  `)
})

test('what is no number is rejected', async () => {
  const poll = fakePoll(ofSlots([[1, ['key-count', 'many', 'novelty', 'x']]]))
  const samples = await createClusterSlotStats().collect(poll)

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

  await expect(createClusterSlotStats().collect(poll)).rejects.toMatchObject({ reason: 'parse' })
})

describe('it is read', () => {
  test.each([
    ['from a node of a cluster that has the command', '1', ['cluster|slot-stats'], true],
    ['not from a server before 8', '1', ['cluster'], false],
    ['not from a server outside of a cluster', '0', ['cluster|slot-stats'], false],
  ])('%s', (_, enabled, commands, expected) => {
    const info = parseInfo(`# Cluster\ncluster_enabled:${enabled}\n`)

    expect(createClusterSlotStats().appliesTo?.(serverInfo(info, new Set(commands)))).toBe(expected)
  })

  test('with the scans, not with every poll', () => {
    expect(createClusterSlotStats()).toMatchObject({ schedule: 'slow', optIn: true })
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
