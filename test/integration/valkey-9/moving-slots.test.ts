import { expect, it } from 'vitest'
import { walkWhileSlotsMove } from '../../support/moving-slots.ts'
import { startCluster } from '../../support/redis-cluster.ts'
import { migrateSlots } from '../../support/slot-moves.ts'

it('slots that migrate to and fro while keys are walked are no failure of anybody', async () => {
  await using cluster = await startCluster()

  expect(await walkWhileSlotsMove(cluster, migrateSlots)).toBeGreaterThan(0)
}, 120_000)
