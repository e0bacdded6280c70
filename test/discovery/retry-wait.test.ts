import { expect, test } from 'vitest'
import { retryWait } from '../../src/discovery/retry-wait.ts'

const waits = { firstMilliseconds: 1_000, mostMilliseconds: 15_000 }

test('each failure in a row doubles the wait, up to a bound', () => {
  const wait = (failures: number) => retryWait(failures, { ...waits, random: () => 0.5 })

  expect([1, 2, 3, 4, 5, 6, 10_000].map(wait)).toEqual([
    ...[1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000],
  ])
})

test('those that failed together wait for times that differ by a quarter', () => {
  expect(retryWait(1, { ...waits, random: () => 0 })).toBe(750)
  expect(retryWait(1, { ...waits, random: () => 1 })).toBe(1_250)
})
