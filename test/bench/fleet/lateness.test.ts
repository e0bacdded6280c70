import { expect, test } from 'vitest'
import type { Asked } from './asking-process.ts'
import { latenessOf } from './lateness.ts'

const polled = (index: number, polledAt: number, isUp = true): Asked => ({
  ...{ index, polledAt, isUp },
  ...{ took: 0, bytes: 0, skipped: 0, series: 0 },
})

test('a poll is as late as it is behind the earliest place of its target', () => {
  const answers = [polled(0, 1_000), polled(0, 16_030), polled(0, 31_010), polled(1, 5_000)]

  expect(latenessOf(answers, 15_000)).toEqual([0, 30, 10])
})

test('what was asked for twice is one poll, and what is down is none', () => {
  const answers = [polled(0, 1_000), polled(0, 1_000), polled(1, 2_000, false), polled(1, 17_000)]

  expect(latenessOf(answers, 15_000)).toEqual([])
})

test('a poll that began before the first one that was seen has its own place', () => {
  expect(latenessOf([polled(0, 16_040), polled(0, 31_000)], 15_000)).toEqual([40, 0])
})
