import { expect, test } from 'vitest'
import { gauge, histogram, sample } from '../../src/metrics/metric.ts'
import { createSeriesAccount } from '../../src/walk/series-account.ts'

const size = gauge('size', 'Sizes (a test)', ['key'])
const samples = (...keys: readonly string[]) => keys.map((key) => sample(size, 1, { key }))

test('takes what there is room for, and counts the rest', () => {
  const account = createSeriesAccount(3)

  expect(account.take(samples('a', 'b'))).toEqual(samples('a', 'b'))
  expect(account.room()).toBe(1)
  expect(account.take(samples('c', 'd', 'e'))).toEqual(samples('c'))
  expect(account.room()).toBe(0)
  expect(account.take(samples('f'))).toEqual([])
  expect(account.leftOut()).toBe(3)
})

test('counts a histogram as its buckets and three more', () => {
  const times = histogram('times', 'Times (a test)', ['cmd'])
  const buckets = [[1, 1] as const, [2, 1] as const]
  const one = (cmd: string) => sample(times, { buckets, sum: 1, count: 1 }, { cmd })
  const account = createSeriesAccount(9)

  expect(account.take([one('get'), one('set')])).toEqual([one('get')])
  expect(account.leftOut()).toBe(5)
  expect(account.room()).toBe(0)
})

test('counts what the collector itself leaves out, and keeps what cannot be read', () => {
  const account = createSeriesAccount(3)
  account.leaveOut(5)
  account.reject('lag')

  expect(account.leftOut()).toBe(5)
  expect(account.rejected).toEqual(['lag'])
})
