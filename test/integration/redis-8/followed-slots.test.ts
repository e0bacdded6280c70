import { expect, it } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { followSlots } from '../../support/followed-slots.ts'

it('slots that are imported whole are followed by discovery', async () => {
  await followSlots(async (to, _from, last) => {
    const client = to.client()
    const task = String(await client.call('CLUSTER', 'MIGRATION', 'IMPORT', '0', `${last}`))
    await eventually(
      async () => {
        const status = await client.call('CLUSTER', 'MIGRATION', 'STATUS', 'ID', task)
        expect(JSON.stringify(status)).toContain('"completed"')
      },
      { within: 60_000, every: 50 },
    )
  })
}, 120_000)
