import { describe, expect, test } from 'vitest'
import { counter, gauge, histogram, sample, summary } from '../../src/metrics/metric.ts'

test.each([
  [gauge, 'gauge'],
  [counter, 'counter'],
  [histogram, 'histogram'],
  [summary, 'summary'],
])('each type of metric has a declaration (%#)', (declare, type) => {
  expect(declare('name', 'Help', ['a'], ['b'])).toEqual({
    name: 'name',
    type,
    help: 'Help',
    labels: ['a'],
    optionalLabels: ['b'],
  })
})

test('a metric has no labels unless told', () => {
  expect(gauge('name', 'Help')).toMatchObject({ labels: [], optionalLabels: [] })
})

// What is expected here are errors of the compiler: npm run types fails when one of them is gone.
describe('a sample does not compile', () => {
  const bare = gauge('bare', 'Without labels')
  const labelled = gauge('labelled', 'With labels', ['a', 'b'], ['c'])

  test('without its labels', () => {
    // @ts-expect-error the labels are missing
    expect(sample(labelled, 1).labels).toEqual({})
  })

  test('with a label missing', () => {
    // @ts-expect-error the label b is missing
    expect(sample(labelled, 1, { a: '1' }).labels).toEqual({ a: '1' })
  })

  test('with a label unknown', () => {
    // @ts-expect-error there is no label d
    expect(sample(labelled, 1, { a: '1', b: '2', d: '4' }).labels.d).toBe('4')
  })

  test('with labels that the metric does not have', () => {
    // @ts-expect-error the metric has no labels
    expect(sample(bare, 1, { a: '1' }).labels).toEqual({ a: '1' })
  })

  test('unless all is as declared, with optional labels or without', () => {
    expect(sample(bare, 1)).toEqual({ metric: bare, value: 1, labels: {} })
    expect(sample(labelled, 1, { a: '1', b: '2' }).labels).toEqual({ a: '1', b: '2' })
    expect(sample(labelled, 1, { a: '1', b: '2', c: '3' }).labels.c).toBe('3')
  })
})
