import { expect, test } from 'vitest'
import { createShardMetrics } from '../../src/metrics/shard-metrics.ts'

test('a shard tells which one it is, and its part of the targets as it is now', async () => {
  let ours = 2
  const counts = () => ({ ours, elsewhere: 7 })
  const metrics = createShardMetrics('redis', { index: 1, total: 3 }, counts)
  const series = async () => (await metrics.render()).match(/^redis_.*$/gm)

  expect(await series()).toEqual([
    'redis_exporter_shard_info{index="1",total="3"} 1',
    'redis_exporter_shard_targets 2',
    'redis_exporter_shard_targets_wanted 9',
  ])
  ours = 3
  expect(await series()).toContain('redis_exporter_shard_targets 3')
})
