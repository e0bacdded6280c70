import { it } from 'vitest'
import { followSlots } from '../../support/followed-slots.ts'
import { migrateSlots } from '../../support/slot-moves.ts'

it('slots that migrate whole are followed by discovery', async () => {
  await followSlots(migrateSlots)
}, 120_000)
