import { expect, it } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { type MoveSlots, walkWhileSlotsMove } from '../../support/moving-slots.ts'
import { startCluster } from '../../support/redis-cluster.ts'

it('slots that are imported to and fro while keys are walked are no failure of anybody', async () => {
  await using cluster = await startCluster()

  expect(await walkWhileSlotsMove(cluster, importSlots)).toBeGreaterThan(0)
}, 120_000)

const importSlots: MoveSlots = async (to, _from, last) => {
  const client = to.client()
  const task = String(await client.call('CLUSTER', 'MIGRATION', 'IMPORT', '0', `${last}`))
  await eventually(
    async () => {
      const status = await client.call('CLUSTER', 'MIGRATION', 'STATUS', 'ID', task)
      if (!JSON.stringify(status).includes('"completed"')) throw new Error(JSON.stringify(status))
    },
    { within: 60_000, every: 50 },
  )
}
