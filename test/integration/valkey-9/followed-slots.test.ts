import { expect, it } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { followSlots } from '../../support/followed-slots.ts'

it('slots that migrate whole are followed by discovery', async () => {
  await followSlots(async (to, from, last) => {
    const id = String(await to.client().call('CLUSTER', 'MYID'))
    const client = from.client()
    await client.call('CLUSTER', 'MIGRATESLOTS', 'SLOTSRANGE', '0', `${last}`, 'NODE', id)
    await eventually(
      async () => {
        const [newest] = (await client.call('CLUSTER', 'GETSLOTMIGRATIONS')) as readonly unknown[]
        expect(JSON.stringify(newest)).toContain('"success"')
      },
      { within: 60_000, every: 50 },
    )
  })
}, 120_000)
