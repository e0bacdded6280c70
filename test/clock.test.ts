import { expect, test } from 'vitest'
import { secondsSince, toMicroseconds } from '../src/clock.ts'

test.each([
  [1_234.5, 1_242.387436, 0.007887],
  [0, 15_000, 15],
  [1_000.1, 1_000.1, 0],
  [0.1, 0.3, 0.0002],
])('from %d ms to %d ms it is %d s', (moment, now, seconds) => {
  expect(secondsSince(moment, { monotonic: () => now })).toBe(seconds)
})

test.each([
  [0.1 + 0.2, '0.3'],
  [0.007887436000000036, '0.007887'],
  [1_750_000_000.123, '1750000000.123'],
  [-0.5, '-0.5'],
])('%d is written as %s', (seconds, text) => {
  expect(String(toMicroseconds(seconds))).toBe(text)
})
