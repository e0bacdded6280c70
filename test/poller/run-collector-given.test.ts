import { describe, expect, test } from 'vitest'
import type { Poll } from '../../src/collectors/collector.ts'
import { gauge, type Sample, sample } from '../../src/metrics/metric.ts'
import { createSeriesWriter } from '../../src/metrics/series-writer.ts'
import { runCollector } from '../../src/poller/run-collector.ts'
import { longestLabel } from '../../src/poller/sound-series.ts'
import { keys, run, sharedPoll } from '../support/collector-run.ts'
import { defaultSettings } from '../support/default-settings.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { collectorOf } from '../support/fake-collectors.ts'
import { refusal } from '../support/fake-connection.ts'

describe('what a collector gives while it reads', () => {
  const written = (collect: (poll: Poll) => Promise<readonly Sample[]>, settings = {}) =>
    runCollector(
      collectorOf('keyspace', collect),
      { ...sharedPoll, settings: { ...defaultSettings, ...settings } },
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
