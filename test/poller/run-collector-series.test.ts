import { describe, expect, test } from 'vitest'
import { gauge, histogram, sample } from '../../src/metrics/metric.ts'
import { longestLabel } from '../../src/poller/sound-series.ts'
import { keys, run } from '../support/collector-run.ts'

describe('a series that comes twice', () => {
  test('is not one whose labels are others that read the same in a row', async () => {
    const text = gauge('text', 'A text (a test)', ['key', 'val'])
    const result = await run(async () => [
      sample(text, 1, { key: 'a\nb', val: 'c' }),
      sample(text, 1, { key: 'a', val: 'b\nc' }),
      sample(text, 1, { key: 'a","val":"b', val: 'c' }),
    ])

    expect(result.samples).toHaveLength(3)
    expect(result.rejected).toEqual([])
  })

  test('is kept once, as it came first, and told', async () => {
    const first = sample(keys, 3, { db: 'db0' })
    const again = sample(keys, 4, { db: 'db0' })
    const other = sample(keys, 5, { db: 'db1' })

    expect(await run(async () => [first, again, other])).toMatchObject({
      samples: [first, other],
      rejected: ['keys'],
    })
  })

  test('is told as often as it came again', async () => {
    const one = sample(keys, 3, { db: 'db0' })

    expect((await run(async () => [one, one, one])).rejected).toEqual(['keys', 'keys'])
  })

  test('is found without labels too', async () => {
    const up = gauge('up', 'Whether it is up (a test)')

    const { samples } = await run(async () => [sample(up, 1), sample(up, 0)])

    expect(samples).toEqual([sample(up, 1)])
  })
})

test('a value with a line end in it is not taken for two values', async () => {
  const pairs = gauge('pairs', 'Pairs (a test)', ['one', 'other'])
  const samples = [
    sample(pairs, 1, { one: 'a\nb', other: 'c' }),
    sample(pairs, 1, { one: 'a', other: 'b\nc' }),
  ]

  expect(await run(async () => samples)).toMatchObject({ samples, rejected: [] })
})

test('a series with the value of a label that is too long is rejected', async () => {
  const sound = sample(keys, 1, { db: 'd'.repeat(longestLabel) })
  const tooLong = sample(keys, 1, { db: 'd'.repeat(longestLabel + 1) })

  expect(await run(async () => [tooLong, sound])).toMatchObject({
    samples: [sound],
    rejected: ['keys'],
  })
})

test('a histogram whose counts do not add up is rejected', async () => {
  const latencies = histogram('latencies', 'Latencies (a test)', ['cmd'])
  const of = (cmd: string, ...buckets: [number, number][]) =>
    sample(latencies, { buckets, sum: 1, count: 1 }, { cmd })
  const sound = of('get', [1, 1])

  expect(await run(async () => [of('set', [1, -1]), sound, of('del', [1, 7])])).toMatchObject({
    samples: [sound],
    rejected: ['latencies', 'latencies'],
  })
})

test('series that differ in the metric or in one label alone are not the same', async () => {
  const clients = gauge('clients', 'Clients (a test)', ['db'])
  const samples = [
    sample(keys, 1, { db: 'db0' }),
    sample(keys, 1, { db: 'db1' }),
    sample(clients, 1, { db: 'db0' }),
  ]

  expect(await run(async () => samples)).toMatchObject({ samples, rejected: [] })
})
