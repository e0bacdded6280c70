import { it } from 'vitest'
import { followSlots } from '../../support/followed-slots.ts'
import { importSlots } from '../../support/slot-moves.ts'

it('slots that are imported whole are followed by discovery', async () => {
  await followSlots(importSlots)
}, 120_000)
