import { describe, expect, test } from 'vitest'
import { hotkeys } from '../../../src/collectors/keys/hotkeys.ts'
import type { Reply } from '../../../src/redis/command.ts'
import { fromErrorReply } from '../../../src/redis/redis-error.ts'
import { collected, fakePoll } from '../../support/fake-poll.ts'
import { unindented } from '../../support/unindented.ts'

// As Redis 8.6.3 sends it, after HOTKEYS START METRICS 2 CPU NET SAMPLE 5.
const sent: readonly Reply[] = [
  ...['tracking-active', 1, 'sample-ratio', 5, 'selected-slots', [[0, 16_383]]],
  ...['all-commands-all-slots-us', 220, 'net-bytes-all-commands-all-slots', 200],
  ...['collection-start-time-unix-ms', 1_769_420_604_522, 'collection-duration-ms', 6408],
  ...['total-cpu-time-user-ms', 3, 'total-cpu-time-sys-ms', 11, 'total-net-bytes', 180],
  ...['by-cpu-time-us', ['x', 104, 'y', 98, 'z', 18], 'by-net-bytes', ['y', 120, 'x', 60]],
]

// Likewise of a node of a cluster, with SAMPLE 3 and the slots 1, 448 and 449.
const ofSlots: readonly Reply[] = [
  ...['tracking-active', 1, 'sample-ratio', 3, 'selected-slots', [[1], [448, 449]]],
  ...['sampled-commands-selected-slots-us', 13, 'all-commands-selected-slots-us', 98],
  ...['all-commands-all-slots-us', 2_887_738, 'net-bytes-sampled-commands-selected-slots', 56],
  ...['net-bytes-all-commands-selected-slots', 257, 'net-bytes-all-commands-all-slots', 1649],
  ...['collection-duration-ms', 3696],
]

const server = (reply: Reply) => ({ replies: { 'HOTKEYS GET': reply } })

const expected = unindented`
  # TYPE redis_hotkeys_collection_duration_seconds gauge
  redis_hotkeys_collection_duration_seconds 6.408
  # TYPE redis_hotkeys_commands_cpu_seconds gauge
  redis_hotkeys_commands_cpu_seconds 0.00022
  # TYPE redis_hotkeys_commands_network_bytes gauge
  redis_hotkeys_commands_network_bytes 200
  # TYPE redis_hotkeys_key_cpu_seconds gauge
  redis_hotkeys_key_cpu_seconds{key="x"} 0.000104
  redis_hotkeys_key_cpu_seconds{key="y"} 0.000098
  redis_hotkeys_key_cpu_seconds{key="z"} 0.000018
  # TYPE redis_hotkeys_key_network_bytes gauge
  redis_hotkeys_key_network_bytes{key="y"} 120
  redis_hotkeys_key_network_bytes{key="x"} 60
  # TYPE redis_hotkeys_process_cpu_sys_seconds gauge
  redis_hotkeys_process_cpu_sys_seconds 0.011
  # TYPE redis_hotkeys_process_cpu_user_seconds gauge
  redis_hotkeys_process_cpu_user_seconds 0.003
  # TYPE redis_hotkeys_sampled_commands_network_bytes gauge
  redis_hotkeys_sampled_commands_network_bytes 180
  # TYPE redis_hotkeys_sampled_ratio gauge
  redis_hotkeys_sampled_ratio 0.2
  # TYPE redis_hotkeys_selected_slots gauge
  redis_hotkeys_selected_slots 16384
`

test.each<[string, Reply]>([
  ['in a list of one list, as Redis 8.6.3 sends them', [sent]],
  ['in that list itself, as the example of the documentation shows', sent],
])('the hot keys, and what there was in all: %s', async (_form, reply) => {
  expect(await collected(hotkeys, server(reply))).toBe(expected)
})

test('what was spent in the slots that were selected, and how much of it was looked at', async () => {
  expect(await collected(hotkeys, server([ofSlots]))).toBe(unindented`
    # TYPE redis_hotkeys_collection_duration_seconds gauge
    redis_hotkeys_collection_duration_seconds 3.696
    # TYPE redis_hotkeys_commands_cpu_seconds gauge
    redis_hotkeys_commands_cpu_seconds 2.887738
    # TYPE redis_hotkeys_commands_network_bytes gauge
    redis_hotkeys_commands_network_bytes 1649
    # TYPE redis_hotkeys_sampled_ratio gauge
    redis_hotkeys_sampled_ratio 0.3333333333333333
    # TYPE redis_hotkeys_selected_slots gauge
    redis_hotkeys_selected_slots 3
    # TYPE redis_hotkeys_selected_slots_commands_cpu_seconds gauge
    redis_hotkeys_selected_slots_commands_cpu_seconds 0.000098
    # TYPE redis_hotkeys_selected_slots_commands_network_bytes gauge
    redis_hotkeys_selected_slots_commands_network_bytes 257
    # TYPE redis_hotkeys_selected_slots_sampled_commands_cpu_seconds gauge
    redis_hotkeys_selected_slots_sampled_commands_cpu_seconds 0.000013
    # TYPE redis_hotkeys_selected_slots_sampled_commands_network_bytes gauge
    redis_hotkeys_selected_slots_sampled_commands_network_bytes 56
  `)
})

test.each<[string, Reply]>([
  ['nothing', null],
  ['a list of nothing', [null]],
  ['an empty list', []],
])('there are none where nobody looks for hot keys: %s', async (_form, reply) => {
  expect(await hotkeys.collect(fakePoll(server(reply)))).toEqual([])
})

describe('the name of a key', () => {
  /** The labels of keys, binary strings, that are hot. */
  async function labels(keys: readonly string[], hashKeyNames = false) {
    const reply = ['by-cpu-time-us', keys.flatMap((key) => [key, 1])]
    const poll = fakePoll({ ...server(reply), settings: { hashKeyNames } })
    return (await hotkeys.collect(poll)).map((sample) => sample.labels.key)
  }

  test('is shown as the label of any key', async () => {
    expect(await labels(['\xc3\xa4', 'a\xff'])).toEqual(['ä', expect.stringMatching(/^a\\xff#/)])
  })

  test('is the beginning of its SHA-256 where that is asked for', async () => {
    expect(await labels(['x'], true)).toEqual(['2d711642b726b044'])
  })

  test('is short, however long the key', async () => {
    expect((await labels(['x'.repeat(1_000_000)]))[0]?.length).toBeLessThan(600)
  })
})

test('of 100 keys the last 36 are summed', async () => {
  const list = Array.from({ length: 100 }, (_, index) => [`key:${index}`, 10]).flat()
  const samples = await hotkeys.collect(fakePoll(server(['by-net-bytes', list])))

  expect(samples).toHaveLength(65)
  expect(samples.at(-1)).toMatchObject({ labels: { key: 'other' }, value: 360 })
})

test('a value that is no number is rejected, without it', async () => {
  const poll = fakePoll(
    server([
      ...['sample-ratio', 'secret', 'selected-slots', [['secret', 1]]],
      ...['by-net-bytes', ['x', 'y', 'z', 7]],
    ]),
  )
  const samples = await hotkeys.collect(poll)

  expect(samples.map(({ labels }) => labels)).toEqual([{ key: 'z' }])
  expect(poll.rejected.join()).not.toContain('secret')
  expect(poll.rejected).toHaveLength(3)
})

test.each<[string, Reply]>([
  ['a text', 'none'],
  ['a text for keys', ['by-net-bytes', 'none']],
])('%s is a failure', async (_form, reply) => {
  await expect(hotkeys.collect(fakePoll(server(reply)))).rejects.toMatchObject({ reason: 'parse' })
})

test('a refusal is a failure', async () => {
  const poll = fakePoll({ replies: { 'HOTKEYS GET': fromErrorReply('NOPERM no') } })

  await expect(hotkeys.collect(poll)).rejects.toMatchObject({ reason: 'noperm' })
})
