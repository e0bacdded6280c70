import { expect, it } from 'vitest'
import { walkWhileSlotsMove } from '../../support/moving-slots.ts'
import { startCluster } from '../../support/redis-cluster.ts'
import { importSlots } from '../../support/slot-moves.ts'

it('slots that are imported to and fro while keys are walked are no failure of anybody', async () => {
  await using cluster = await startCluster()

  expect(await walkWhileSlotsMove(cluster, importSlots)).toBeGreaterThan(0)
}, 120_000)
