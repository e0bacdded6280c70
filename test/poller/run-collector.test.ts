import { describe, expect, test } from 'vitest'
import type { Poll } from '../../src/collectors/collector.ts'
import { gauge, histogram, type Sample, sample } from '../../src/metrics/metric.ts'
import { createSeriesWriter } from '../../src/metrics/series-writer.ts'
import { runCollector, type SharedPoll } from '../../src/poller/run-collector.ts'
import { longestLabel } from '../../src/poller/sound-series.ts'
import { parseInfo } from '../../src/redis/info.ts'
import { serverInfo } from '../../src/redis/server-info.ts'
import { defaultSettings } from '../support/default-settings.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { collectorOf } from '../support/fake-collectors.ts'
import { refusal } from '../support/fake-connection.ts'

const keys = gauge('keys', 'Keys (a test)', ['db'])
const info = parseInfo('# Server\r\nrun_id:first\r\n')
const poll: SharedPoll = {
  server: serverInfo(info, undefined),
  settings: defaultSettings,
  database: 0,
  unixSeconds: 1_750_000_000,
  info: async () => info,
  read: async () => 'OK',
  readIn: async () => [],
}

async function run(collect: (poll: Poll) => ReturnType<ReturnType<typeof collectorOf>['collect']>) {
  return await runCollector(collectorOf('keyspace', collect), poll, fakeClock())
}

test('a collector gives its samples under its name, and no error', async () => {
  const samples = [sample(keys, 3, { db: 'db0' })]

  expect(await run(async () => samples)).toEqual({
    name: 'keyspace',
    samples,
    seconds: 0,
    rejected: [],
    leftOut: 0,
    sends: false,
  })
})

test('the time that a collector took is measured, also of one that fails', async () => {
  const clock = fakeClock()
  const collector = collectorOf('keyspace', async () => {
    clock.advance(250)
    throw refusal()
  })

  expect(await runCollector(collector, poll, clock)).toMatchObject({ seconds: 0.25 })
})

test('fields that it could not read are told', async () => {
  const result = await run(async ({ reject }) => {
    reject('used_memory', 'plenty')
    return []
  })

  expect(result.rejected).toEqual(['used_memory'])
})

test('parts that failed are told with their errors, beside the samples of the others', async () => {
  const error = refusal()
  const result = await run(async ({ failPart }) => {
    failPart('a.lua', error)
    return [sample(keys, 3, { db: 'db0' })]
  })

  expect(result.samples).toHaveLength(1)
  expect(result.failedParts).toEqual(new Map([['a.lua', error]]))
})

describe('a collector that fails', () => {
  test('gives no samples and the error of the server', async () => {
    const error = refusal()

    expect(await run(() => Promise.reject(error))).toMatchObject({ samples: [], error })
  })

  test('is caught before its first wait too', async () => {
    const result = await run(() => {
      throw refusal()
    })

    expect(result.error).toMatchObject({ reason: 'noperm' })
  })

  test('keeps the fields that it had rejected', async () => {
    const result = await run(async ({ reject }) => {
      reject('used_memory', 'plenty')
      throw refusal()
    })

    expect(result.rejected).toEqual(['used_memory'])
  })

  test.each([
    ['a mistake of ours', new TypeError('cannot read "hunter2"'), 'TypeError'],
    ['another error', new RangeError('hunter2'), 'RangeError'],
    ['something that is no error', 'hunter2', 'unknown failure'],
    ['nothing at all', undefined, 'unknown failure'],
  ])('by %s says what kind it was and nothing of its text', async (_name, failure, kind) => {
    const { error } = await run(() => Promise.reject(failure))

    expect(error).toMatchObject({
      reason: 'parse',
      message: `the reply could not be read (${kind})`,
    })
  })
})

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

describe('the bound of a collector', () => {
  const settings = { ...defaultSettings, maxSeries: 2 }
  const ofDatabases = (count: number) =>
    Array.from({ length: count }, (_, index) => sample(keys, 1, { db: `db${index}` }))
  const bounded = (collect: (poll: Poll) => Promise<readonly Sample[]>) =>
    runCollector(collectorOf('keyspace', collect), { ...poll, settings }, fakeClock())

  test('is that of what grows, not of what is fixed', async () => {
    const { samples, leftOut } = await bounded(async ({ take }) => [
      ...ofDatabases(5),
      ...take([sample(keys, 1, { db: 'a' }), sample(keys, 1, { db: 'b' })]),
      ...take([sample(keys, 1, { db: 'c' })]),
    ])

    expect(samples).toHaveLength(7)
    expect(leftOut).toBe(1)
  })

  test('holds also where a collector forgets it', async () => {
    const { samples, leftOut } = await bounded(async () => ofDatabases(10_005))

    expect(samples).toHaveLength(10_002)
    expect(leftOut).toBe(3)
  })
})

describe('what a collector gives while it reads', () => {
  const written = (collect: (poll: Poll) => Promise<readonly Sample[]>, settings = {}) =>
    runCollector(
      collectorOf('keyspace', collect),
      { ...poll, settings: { ...defaultSettings, ...settings } },
      fakeClock(),
      createSeriesWriter('redis'),
    )
  const ofDatabase = (db: string) => sample(keys, 1, { db })
  const up = sample(gauge('up', 'Whether it is up (a test)'), 1)

  test('is written, and what it returns stays as it is', async () => {
    const result = await written(async ({ give }) => {
      give([ofDatabase('db0')])
      give([ofDatabase('db1')])
      return [up]
    })

    expect(result).toMatchObject({
      samples: [up],
      written: [
        {
          metric: keys,
          chunks: [],
          rest: 'redis_keys{db="db0"} 1\nredis_keys{db="db1"} 1\n',
          series: 2,
        },
      ],
    })
  })

  test('stands before what it returns where nobody writes it', async () => {
    const result = await run(async ({ give }) => {
      give([ofDatabase('db0')])
      return [up]
    })

    expect(result.samples).toEqual([ofDatabase('db0'), up])
    expect(result).not.toHaveProperty('written')
  })

  test('is nothing when it fails behind that', async () => {
    const result = await written(async ({ give }) => {
      give([ofDatabase('db0')])
      throw refusal()
    })

    expect(result).toMatchObject({ samples: [], error: { reason: 'noperm' } })
    expect(result).not.toHaveProperty('written')
  })

  test('lets it not fail as a whole where a part failed', async () => {
    const result = await written(async ({ give, failPart }) => {
      failPart('a', refusal())
      give([ofDatabase('db0')])
      return []
    })

    expect(result.error).toBeUndefined()
    expect([...(result.failedParts ?? [])].map(([part]) => part)).toEqual(['a'])
  })

  test('is bounded, and what is left out is counted', async () => {
    const result = await written(
      async ({ give }) => {
        for (const db of ['a', 'b', 'c']) give([ofDatabase(db)])
        return []
      },
      { maxSeries: 2 },
    )

    expect(result.written?.map(({ series }) => series)).toEqual([2])
    expect(result.leftOut).toBe(1)
  })

  test('is told from what came before, and rejected where it is not sound', async () => {
    const result = await written(async ({ give }) => {
      give([ofDatabase('a'), ofDatabase('a'), ofDatabase('d'.repeat(longestLabel + 1))])
      return [ofDatabase('a')]
    })

    expect(result.written?.map(({ series }) => series)).toEqual([1])
    expect(result).toMatchObject({ samples: [], rejected: ['keys', 'keys', 'keys'] })
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
