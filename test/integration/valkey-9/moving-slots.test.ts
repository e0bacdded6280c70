import { expect, it } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { type MoveSlots, walkWhileSlotsMove } from '../../support/moving-slots.ts'
import { startCluster } from '../../support/redis-cluster.ts'

it('slots that migrate to and fro while keys are walked are no failure of anybody', async () => {
  await using cluster = await startCluster()

  expect(await walkWhileSlotsMove(cluster, migrateSlots)).toBeGreaterThan(0)
}, 120_000)

const migrateSlots: MoveSlots = async (to, from, last) => {
  const id = String(await to.client().call('CLUSTER', 'MYID'))
  const client = from.client()
  await client.call('CLUSTER', 'MIGRATESLOTS', 'SLOTSRANGE', '0', `${last}`, 'NODE', id)
  await eventually(
    async () => {
      const [newest] = (await client.call('CLUSTER', 'GETSLOTMIGRATIONS')) as readonly unknown[]
      if (!JSON.stringify(newest).includes('"success"')) throw new Error(JSON.stringify(newest))
    },
    { within: 60_000, every: 50 },
  )
}
