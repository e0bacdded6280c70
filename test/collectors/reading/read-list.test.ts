import { expect, test } from 'vitest'
import { readList } from '../../../src/collectors/reading/read-list.ts'
import { gauge, sample } from '../../../src/metrics/metric.ts'
import { fakePoll } from '../../support/fake-poll.ts'

const size = gauge('size', 'Sizes (a test)', ['key'])
const twoOf = (key: string) => [sample(size, 1, { key }), sample(size, 2, { key })]
const bounded = (maxSeries: number) => fakePoll({ settings: { maxSeries } })

test('what is listed is read in order', async () => {
  expect(await readList(bounded(10), ['a', 'b'], twoOf)).toEqual([...twoOf('a'), ...twoOf('b')])
})

test('what there is no room for is not read, and counted as what was read last', async () => {
  const poll = bounded(4)
  const read: string[] = []
  const samples = await readList(poll, ['a', 'b', 'c', 'd', 'e'], (key) => {
    read.push(key)
    return twoOf(key)
  })

  expect(samples).toHaveLength(4)
  expect(read).toEqual(['a', 'b'])
  expect(poll.leftOut()).toBe(6)
})

test('a part for which there is no more room is left out', async () => {
  const poll = bounded(3)

  expect(await readList(poll, ['a', 'b'], twoOf)).toHaveLength(3)
  expect(poll.leftOut()).toBe(1)
})

test('two lists of a collector share its room', async () => {
  const poll = bounded(4)
  await readList(poll, ['a'], twoOf)

  expect(await readList(poll, ['b', 'c'], twoOf)).toEqual(twoOf('b'))
  expect(poll.leftOut()).toBe(2)
})

test('what is not wanted is neither read nor counted', async () => {
  const poll = bounded(2)
  const samples = await readList(poll, ['a', 'x', 'x'], twoOf, (one) => one === 'a')

  expect(samples).toEqual(twoOf('a'))
  expect(poll.leftOut()).toBe(0)
})
