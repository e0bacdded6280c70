import { expect, it } from 'vitest'
import { biggestKeys } from '../../../src/collectors/keys/biggest-keys.ts'
import { checkKeys } from '../../../src/collectors/keys/check-keys.ts'
import { checkStreams } from '../../../src/collectors/keys/check-streams.ts'
import type { Sample } from '../../../src/metrics/metric.ts'
import { eventually } from '../../support/eventually.ts'
import { polledTarget, pollValues } from '../../support/polled-target.ts'
import { startCluster } from '../../support/redis-cluster.ts'
import { startRedis } from '../../support/redis-server.ts'
import { tinyWalk } from '../../support/tiny-walk.ts'

function foundValue(
  samples: readonly Sample[],
  name: string,
  labels: Readonly<Record<string, string>>,
) {
  const isIt = ({ metric, labels: own }: Sample) =>
    metric.name === name && Object.entries(labels).every(([label, text]) => own[label] === text)
  return samples.find(isIt)?.value
}

it('hot keys are told while they are looked for, with what that took', async () => {
  await using redis = await startRedis()
  const client = redis.client()
  using target = polledTarget(redis.url, { collect: ['hotkeys', 'hotkeys-session'] })
  expect((await pollValues(target))('redis_hotkeys_tracking_active')).toBeUndefined()
  await client.call('HOTKEYS', 'START', 'METRICS', '2', 'CPU', 'NET')
  for (let count = 0; count < 100; count++) await client.set('hot', 'x'.repeat(1_000))
  const value = await pollValues(target)

  expect(value('redis_hotkeys_tracking_active')).toBe(1)
  expect(value('redis_hotkeys_cpu_seconds_total')).toBeGreaterThanOrEqual(0)
  expect(value('redis_hotkeys_sampled_ratio')).toBe(1)
  expect(value('redis_hotkeys_selected_slots')).toBe(16_384)
  expect(value('redis_hotkeys_key_network_bytes', { key: 'hot' })).toBeGreaterThan(100_000)
  expect(value('redis_hotkeys_sampled_commands_network_bytes')).toBeGreaterThan(100_000)
  expect(value('redis_hotkeys_commands_network_bytes')).toBeGreaterThan(100_000)
  expect(value('redis_hotkeys_key_cpu_seconds', { key: 'hot' })).toBeGreaterThan(0)
  expect(value('redis_hotkeys_process_cpu_user_seconds')).toBeGreaterThanOrEqual(0)
  expect(value('redis_hotkeys_process_cpu_sys_seconds')).toBeGreaterThanOrEqual(0)
})

it('of a node of a cluster the figures of the selected slots are told as well', async () => {
  await using cluster = await startCluster({ masters: 1 })
  const [node] = cluster.nodes
  const client = node?.client()
  // These are of the slots 0, 1 and 2.
  const start = ['HOTKEYS', 'START', 'METRICS', '2', 'CPU', 'NET', 'SAMPLE', '2'] as const
  await client?.call(...start, 'SLOTS', '2', '0', '2')
  for (let count = 0; count < 100; count++)
    for (const tag of ['06S', 'Qi', '5L5']) await client?.set(`{${tag}}`, 'x'.repeat(100))
  using target = polledTarget(node?.url ?? '', { collect: ['hotkeys'] })
  const value = await pollValues(target)

  expect(value('redis_hotkeys_selected_slots')).toBe(2)
  expect(value('redis_hotkeys_sampled_ratio')).toBe(0.5)
  const bytes = ['selected_slots_sampled_commands', 'selected_slots_commands', 'commands'].map(
    (name) => value(`redis_hotkeys_${name}_network_bytes`) ?? 0,
  )
  expect(bytes).toEqual([...bytes].sort((one, other) => one - other))
  expect(bytes[0]).toBeGreaterThan(0)
  expect(value('redis_hotkeys_selected_slots_commands_cpu_seconds')).toBeGreaterThan(0)
})

it('a vector set has a size, walked and named', async () => {
  await using redis = await startRedis()
  const client = redis.client()
  for (const name of ['a', 'b', 'c'])
    await client.call('VADD', 'vectors', 'VALUES', '2', '1', '2', name)
  const { samples } = await tinyWalk(redis.url, checkKeys, { flags: ['--check-keys=*'] })
  const biggest = await tinyWalk(redis.url, biggestKeys, { flags: [] })
  using target = polledTarget(redis.url, {
    settings: { checkSingleKeys: [{ database: 0, pattern: 'vectors' }] },
  })
  const value = await pollValues(target)

  expect(foundValue(samples, 'key_size', { key: 'vectors' })).toBe(3)
  expect(foundValue(biggest.samples, 'biggest_key_size', { key: 'vectors' })).toBe(3)
  expect(value('redis_key_size', { key: 'vectors' })).toBe(3)
  expect((await redis.info('stats')).total_error_replies).toBe('0')
})

it('a stream tells of the producers whose ids it knows', async () => {
  await using redis = await startRedis()
  const client = redis.client()
  for (const id of ['1', '2', '2', '3'])
    await client.call('XADD', 'orders', 'IDMP', 'shop', id, '*', 'a', '1')
  const { samples } = await tinyWalk(redis.url, checkStreams, { flags: ['--check-streams=*'] })
  const value = (name: string) => foundValue(samples, `stream_${name}`, { stream: 'orders' })

  expect(value('length')).toBe(3)
  expect(value('idmp_duration_seconds')).toBe(100)
  expect(value('idmp_maxsize')).toBe(100)
  expect(value('pids_tracked')).toBe(1)
  expect(value('iids_tracked')).toBe(3)
  expect(value('iids_added_total')).toBe(3)
  expect(value('iids_duplicates_total')).toBe(1)
})

it('a replica tells of its attempts to come into step with its master', async () => {
  await using master = await startRedis()
  await using replica = await startRedis({ args: ['--replicaof', '127.0.0.1', `${master.port}`] })
  using target = polledTarget(replica.url)
  const labels = { master_host: '127.0.0.1', master_port: `${master.port}` }
  const up = await eventually(
    async () => {
      const value = await pollValues(target)
      expect(value('redis_master_link_up', labels)).toBe(1)
      return value
    },
    { within: 20_000 },
  )
  expect(up('redis_master_link_up_since_seconds', labels)).toBeGreaterThanOrEqual(0)
  expect(up('redis_master_client_io_thread', labels)).toBe(0)
  expect(up('redis_replica_full_sync_buffer_size_bytes')).toBe(0)
  expect(up('redis_replica_full_sync_buffer_peak_bytes')).toBe(0)
  const before = up('redis_master_sync_attempts_total', labels) ?? 0
  expect(before).toBeGreaterThan(0)

  await master.kill()
  await eventually(
    async () => {
      const value = await pollValues(target)
      expect(value('redis_master_link_up', labels)).toBe(0)
      expect(value('redis_master_disconnect_seconds_total', labels)).toBeGreaterThan(0)
      expect(value('redis_master_sync_attempts_total', labels)).toBeGreaterThan(before)
      expect(value('redis_master_current_sync_attempts', labels)).toBeGreaterThan(0)
    },
    { within: 20_000, every: 200 },
  )
})

it('what a cluster would refuse is counted, where it is sampled', async () => {
  await using redis = await startRedis({ args: ['--cluster-compatibility-sample-ratio', '100'] })
  await redis.client().mset('a', 1, 'b', 2)
  using target = polledTarget(redis.url)

  expect((await pollValues(target))('redis_cluster_incompatible_ops_total')).toBe(1)
})

it('the memory of slots is told, where it was counted from the start', async () => {
  const args = ['--cluster-slot-stats-enabled', 'yes']
  await using cluster = await startCluster({ masters: 1, args })
  const [node] = cluster.nodes
  await node?.client().set('{06S}', 'x'.repeat(1_000))
  using target = polledTarget(node?.url ?? '', { collect: ['cluster-slot-stats'] })
  const value = await pollValues(target)

  expect(value('redis_cluster_own_slots_memory_bytes')).toBeGreaterThan(1_000)
  expect(value('redis_cluster_slot_memory_bytes', { slot: '0' })).toBeGreaterThan(1_000)
})
