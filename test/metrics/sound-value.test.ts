import { expect, test } from 'vitest'
import { isSoundValue } from '../../src/metrics/sound-value.ts'

const histogram = (count: number, ...buckets: [number, number][]) => ({ buckets, sum: 1, count })

test.each([
  ['of no buckets', histogram(0)],
  ['of nothing seen', histogram(0, [1, 0], [2, 0])],
  ['of rising counts', histogram(3, [1, 1], [2, 1], [4, 3])],
  ['with more above the last bound', histogram(9, [1, 1])],
])('a histogram %s is sound', (_what, value) => expect(isSoundValue(value)).toBe(true))

test.each([
  ['a count below zero', histogram(1, [1, -1])],
  ['nothing but a count below zero', histogram(-1)],
  ['counts that fall', histogram(3, [1, 3], [2, 1])],
  ['more in a bucket than in all', histogram(1, [1, 2])],
  ['bounds that fall', histogram(2, [2, 1], [1, 2])],
  ['a bound that comes twice', histogram(2, [1, 1], [1, 2])],
  ['a bound that is no number', histogram(1, [Number.NaN, 1])],
  ['a count that is no number', histogram(1, [1, Number.NaN])],
  ['no number of all', histogram(Number.NaN, [1, 1])],
])('a histogram with %s is not', (_what, value) => expect(isSoundValue(value)).toBe(false))

test('numbers and summaries are what they are', () => {
  expect(isSoundValue(Number.NaN)).toBe(true)
  expect(isSoundValue({ quantiles: [['0.5', 1]], sum: 0, count: 0 })).toBe(true)
})
