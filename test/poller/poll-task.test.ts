import { beforeEach, describe, expect, test } from 'vitest'
import { redisError, toRedisError } from '../../src/redis/redis-error.ts'
import { downResult, failed, upResult } from '../support/poll-results.ts'
import { type RecordedPollTask, recordedPollTask } from '../support/recorded-poll-task.ts'

const target = 'redis://localhost:6379'

let poller: RecordedPollTask

beforeEach(() => {
  poller = recordedPollTask(target)
})

describe('the log', () => {
  test('has one line for each change of state, and none for each poll', async () => {
    await poller.pollWith(upResult(), 5)
    await poller.pollWith(downResult(), 4)
    await poller.pollWith(upResult(), 5)

    expect(poller.shown()).toEqual([
      { level: 'info', target, server: 'Redis 7.0.15', msg: 'up' },
      { level: 'warn', target, reason: 'connection', msg: 'down: no connection (ECONNREFUSED)' },
      { level: 'info', target, server: 'Redis 7.0.15', downSeconds: 60, msg: 'up again' },
    ])
  })

  test('tells of a target that is down from the start', async () => {
    await poller.pollWith(downResult(), 3)

    expect(poller.shown()).toMatchObject([
      { level: 'warn', msg: 'down: no connection (ECONNREFUSED)' },
    ])
  })

  test('keeps the cause of what nobody foresaw, and nothing of its text', async () => {
    const cause = new TypeError('hunter2')
    await poller.pollWith(downResult(redisError('other', 'the poll failed', '', cause)))
    await poller.pollWith(
      upResult({ name: 'slowlog', error: toRedisError(new RangeError('hunter2')) }),
    )

    expect(poller.shown()).toMatchObject([
      {
        msg: 'down: the poll failed',
        err: { type: 'TypeError', stack: expect.stringContaining('poll-task.test') },
      },
      {
        collector: 'slowlog',
        err: { type: 'RangeError', stack: expect.stringContaining('poll-task.test') },
      },
      { msg: 'up again' },
    ])
    expect(JSON.stringify(poller.lines)).not.toContain('hunter2')
  })

  test('has one more line when the reason changes', async () => {
    await poller.pollWith(downResult(), 2)
    await poller.pollWith(downResult(redisError('loading', 'the server is loading its data')), 2)

    expect(poller.shown().map(({ msg }) => msg)).toEqual([
      'down: no connection (ECONNREFUSED)',
      'down: the server is loading its data',
    ])
  })

  test('counts the time that a target was down from the first reason', async () => {
    await poller.pollWith(upResult())
    await poller.pollWith(downResult(), 2)
    await poller.pollWith(downResult(redisError('loading', 'the server is loading its data')), 2)
    await poller.pollWith(upResult())

    expect(poller.shown().at(-1)).toMatchObject({ msg: 'up again', downSeconds: 60 })
  })

  test('has a line for each poll at the level debug', async () => {
    await poller.pollWith(upResult(), 2)

    expect(poller.lines.filter(({ level }) => level === 'debug')).toEqual([
      { level: 'debug', target, seconds: 0.002, roundTrips: 1, series: 8, msg: 'polled' },
      { level: 'debug', target, seconds: 0.002, roundTrips: 1, series: 8, msg: 'polled' },
    ])
  })
})

describe('a collector that fails on every poll', () => {
  const collectorLines = () => poller.shown().filter(({ collector }) => collector)

  test('is logged once', async () => {
    for (let time = 0; time < 3; time++) await poller.pollWith(upResult(failed('slowlog', 'parse')))

    expect(collectorLines()).toEqual([
      {
        level: 'warn',
        target,
        collector: 'slowlog',
        reason: 'parse',
        msg: 'collector failed: parse, it says',
      },
    ])
  })

  test('is logged again when it fails for another reason', async () => {
    await poller.pollWith(upResult(failed('slowlog', 'parse')), 2)
    await poller.pollWith(upResult(failed('slowlog', 'timeout')), 2)

    expect(collectorLines().map(({ reason }) => reason)).toEqual(['parse', 'timeout'])
  })

  test('is not logged again after the target was down', async () => {
    await poller.pollWith(upResult(failed('slowlog', 'noperm')))
    await poller.pollWith(downResult())
    await poller.pollWith(upResult(failed('slowlog', 'noperm')))

    expect(collectorLines()).toHaveLength(1)
  })

  test('has a line when it works again, and one when it fails again', async () => {
    await poller.pollWith(upResult(failed('slowlog', 'parse')), 2)
    await poller.pollWith(upResult({ name: 'slowlog' }), 2)
    await poller.pollWith(upResult(failed('slowlog', 'parse')), 2)

    expect(collectorLines().map(({ msg }) => msg)).toEqual([
      'collector failed: parse, it says',
      'collector works again',
      'collector failed: parse, it says',
    ])
  })
})

test('fields that could not be read are named at the level debug alone', async () => {
  await poller.pollWith(upResult({ name: 'stats', rejected: ['hz'] }))

  expect(poller.lines).toContainEqual({
    level: 'debug',
    target,
    collector: 'stats',
    fields: ['hz'],
    msg: 'fields that cannot be read',
  })
})

test('a snapshot that cannot be held is served as down with the reason, and nothing else of it', async () => {
  const refusal = redisError('too_large', 'there is no room')
  const refused = recordedPollTask(target, { refuse: () => refusal })
  await refused.pollWith(upResult())

  expect(refused.store.states()).toMatchObject([
    { state: 'down', reason: 'too_large: there is no room', role: undefined, server: undefined },
  ])
  expect(refused.shown()).toMatchObject([{ reason: 'too_large', msg: 'down: there is no room' }])
  expect(await refused.count('polls_total', { result: 'down' })).toBe(1)
})
