import { describe, expect, test } from 'vitest'
import type { Poll } from '../../src/collectors/collector.ts'
import { type Sample, sample } from '../../src/metrics/metric.ts'
import { runCollector } from '../../src/poller/run-collector.ts'
import { fromErrorReply, redisError } from '../../src/redis/redis-error.ts'
import { keys, run, sharedPoll } from '../support/collector-run.ts'
import { defaultSettings } from '../support/default-settings.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { collectorOf } from '../support/fake-collectors.ts'
import { refusal } from '../support/fake-connection.ts'

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

  expect(await runCollector(collector, sharedPoll, clock)).toMatchObject({ seconds: 0.25 })
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

test.each([
  ['that the user may not run', 'NOPERM no', true],
  ['that was taken away', "ERR unknown command 'TYPE'", true],
  ['of a key that is not its own', 'MOVED 1 127.0.0.1:7000', false],
])('a command about keys %s is such a part: %s', async (_case, reply, isTold) => {
  const error = fromErrorReply(reply)
  const poll = { ...sharedPoll, readIn: async () => [error] }
  const collector = collectorOf('keyspace', async ({ readIn }) => {
    await readIn(0, [['TYPE', 'a']])
    return [sample(keys, 3, { db: 'db0' })]
  })

  const { failedParts } = await runCollector(collector, poll, fakeClock())
  expect(failedParts).toEqual(isTold ? new Map([['type', error]]) : undefined)
})

test('a reply about keys that is too large is such a part', async () => {
  const error = redisError('too_large', 'no')
  const poll = { ...sharedPoll, readIn: async () => [error, 'OK'] }
  const collector = collectorOf('keyspace', async ({ readIn }) => {
    await readIn(0, [
      ['XINFO', 'CONSUMERS', 'a', 'g'],
      ['TYPE', 'a'],
    ])
    return [sample(keys, 3, { db: 'db0' })]
  })

  const { samples, failedParts } = await runCollector(collector, poll, fakeClock())
  expect(samples).toHaveLength(1)
  expect(failedParts).toEqual(new Map([['xinfo|consumers', error]]))
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

describe('the bound of a collector', () => {
  const settings = { ...defaultSettings, maxSeries: 2 }
  const ofDatabases = (count: number) =>
    Array.from({ length: count }, (_, index) => sample(keys, 1, { db: `db${index}` }))
  const bounded = (collect: (poll: Poll) => Promise<readonly Sample[]>) =>
    runCollector(collectorOf('keyspace', collect), { ...sharedPoll, settings }, fakeClock())

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
