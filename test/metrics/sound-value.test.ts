import { expect, test } from 'vitest'
import { counter, histogram as declare, gauge, sample, summary } from '../../src/metrics/metric.ts'
import { isSoundValue } from '../../src/metrics/sound-value.ts'

const latencies = declare('latencies', 'Latencies (a test)')
const calls = counter('calls', 'Calls (a test)')
const lag = gauge('lag', 'Lag (a test)')
const quantiles = summary('quantiles', 'Quantiles (a test)')

const histogram = (count: number, ...buckets: [number, number][]) => ({ buckets, sum: 1, count })

test.each([
  ['of no buckets', histogram(0)],
  ['of nothing seen', histogram(0, [1, 0], [2, 0])],
  ['of rising counts', histogram(3, [1, 1], [2, 1], [4, 3])],
  ['with more above the last bound', histogram(9, [1, 1])],
])('a histogram %s is sound', (_what, value) =>
  expect(isSoundValue(sample(latencies, value))).toBe(true),
)

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
])('a histogram with %s is not', (_what, value) =>
  expect(isSoundValue(sample(latencies, value))).toBe(false),
)

test.each([0, 1.5, 2 ** 60])('a counter of %d is sound', (value) => {
  expect(isSoundValue(sample(calls, value))).toBe(true)
})

test.each([-1, Number.NaN])('a counter of %d is not', (value) => {
  expect(isSoundValue(sample(calls, value))).toBe(false)
})

test('a gauge is what it is', () => {
  expect(isSoundValue(sample(lag, -1))).toBe(true)
  expect(isSoundValue(sample(lag, Number.NaN))).toBe(true)
})

test('a summary counts from zero', () => {
  const of = (count: number) => sample(quantiles, { quantiles: [['0.5', 1]], sum: 0, count })

  expect([isSoundValue(of(0)), isSoundValue(of(-1))]).toEqual([true, false])
})
