import { expect, test } from 'vitest'
import { quantile, ratios, spread } from './statistics.ts'

test('the spread is the middle value with the smallest and the largest', () => {
  expect(spread([30, 10, 20])).toEqual({ median: 20, min: 10, max: 30 })
})

test('the median of an even number of values lies between the two in the middle', () => {
  expect(spread([1, 2, 4, 100]).median).toBe(3)
})

test('a quantile lies between its neighbours in proportion', () => {
  expect(quantile([0, 10], 0.75)).toBe(7.5)
})

test('a quantile that reaches an unanswered request is infinite, a lower one is not', () => {
  const times = [1, 2, 3, Number.POSITIVE_INFINITY]

  expect(quantile(times, 0.5)).toBe(2.5)
  expect(quantile(times, 0.99)).toBe(Number.POSITIVE_INFINITY)
  expect(quantile([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY], 0.5)).toBe(
    Number.POSITIVE_INFINITY,
  )
})

test('ratios are taken pair by pair, not between the medians', () => {
  expect(ratios([10, 1, 30], [20, 2, 10])).toEqual({ median: 0.5, min: 0.5, max: 3 })
})
