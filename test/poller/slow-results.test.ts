import { beforeEach, describe, expect, test } from 'vitest'
import { gauge, sample } from '../../src/metrics/metric.ts'
import { createSlowResults, maximumAge } from '../../src/poller/slow-results.ts'
import { runOf } from '../support/poll-results.ts'
import {
  type PublishedSlowResults,
  publishedSlowResults,
} from '../support/published-slow-results.ts'
import { unindented } from '../support/unindented.ts'

const size = gauge('key_size', 'Size of a key (a test)', ['key'])
const count = gauge('keys_count', 'Number of keys (a test)')
const sizeOf = (key: string, value: number) => sample(size, value, { key })

let store: PublishedSlowResults

beforeEach(() => {
  store = publishedSlowResults()
})

/** The results of a walk of a master that began at the time 1000 and took 2 s. */
function results(showRole = false) {
  const options = {
    namespace: 'redis',
    showRole,
    scanInterval: 60_000,
    scanMaxAge: undefined,
    store,
  }
  const { add, finish } = createSlowResults(options)({ run: runOf('first'), role: 'master' })
  const publish = async (...collectors: string[]) => {
    const finished = await finish(collectors, 1000, 2)
    finished.publish()
    return finished.series
  }
  return { add, finish, publish }
}

test('nothing is published while a walk goes on', () => {
  const { add } = results()
  add('check-keys', [sizeOf('a', 1)])

  expect(store.all).toEqual([])
})

test('what a collector gave piece by piece is published as one result', async () => {
  const { add, publish } = results()
  add('check-keys', [sizeOf('a', 1), sample(count, 7)])
  add('check-keys', [sizeOf('b', 2)])

  expect(await publish('check-keys')).toBe(3)
  expect(store.all).toEqual([
    {
      collector: 'check-keys',
      text: unindented`
        # TYPE redis_key_size gauge
        redis_key_size{key="a"} 1
        redis_key_size{key="b"} 2
        # TYPE redis_keys_count gauge
        redis_keys_count 7
      `,
      origin: { run: runOf('first'), role: '' },
      takenAt: 1000,
      maximumAgeMilliseconds: 184_000,
      series: 3,
    },
  ])
})

test('each collector has a result of its own, and the series of all are counted', async () => {
  const { add, publish } = results()
  add('check-keys', [sizeOf('a', 1)])
  add('count-keys', [sample(count, 7)])

  expect(await publish('check-keys', 'count-keys')).toBe(2)
  expect(store.all.map(({ collector, series }) => [collector, series])).toEqual([
    ['check-keys', 1],
    ['count-keys', 1],
  ])
})

test('a collector that is not named, since it failed, keeps its result from before', async () => {
  const { add, publish } = results()
  add('check-keys', [sizeOf('a', 1)])
  add('count-keys', [sample(count, 7)])

  expect(await publish('count-keys')).toBe(1)
  expect(Object.keys(store.texts())).toEqual(['count-keys'])
})

test('a collector that found nothing has an empty result: what it found before is gone', async () => {
  expect(await results().publish('check-keys')).toBe(0)
  expect(store.texts()).toEqual({ 'check-keys': '' })
})

test('every series tells the role of the server where that is wanted', async () => {
  const { add, publish } = results(true)
  add('check-keys', [sizeOf('a', 1)])
  await publish('check-keys')

  expect(store.texts()['check-keys']).toContain('{key="a",instance_role="master"} 1')
})

describe('a result may be as old as', () => {
  test.each([
    [60_000, undefined, 0, 180_000],
    [60_000, undefined, 100, 380_000],
    [1000, undefined, 0.25, 3500],
    [60_000, 10_000, 100, 10_000],
  ])(
    'with an interval of %i ms, a limit of %s ms and a walk of %d s: %i ms',
    (scanInterval, scanMaxAge, seconds, expected) => {
      expect(maximumAge({ scanInterval, scanMaxAge }, seconds)).toBe(expected)
    },
  )
})
