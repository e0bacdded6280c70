import { beforeEach, describe, expect, test } from 'vitest'
import { redisError } from '../../src/redis/redis-error.ts'
import {
  failing,
  finding,
  type RecordedWalkTask,
  recordedWalkTask,
} from '../support/recorded-walk-task.ts'

const target = 'redis://localhost:6379'
const noperm = redisError('noperm', 'the user may not run the command (NOPERM)')

let task: RecordedWalkTask

beforeEach(() => {
  task = recordedWalkTask(target)
})

test('the log has one line when walks begin to fail and one when they work again', async () => {
  for (const walk of [finding(1), finding(1), failing, failing, failing, finding(1), finding(1)])
    await task.walk(walk)

  expect(task.shown()).toEqual([
    {
      level: 'warn',
      target,
      reason: 'connection',
      msg: 'scan failed: the connection was closed',
    },
    { level: 'info', target, msg: 'scan works again' },
  ])
})

test('the log names the cause of a walk that failed by a mistake of ours', async () => {
  const cause = new TypeError('no list')
  await task.walk(() => ({ error: redisError('other', 'the walk failed', '', cause) }))

  expect(task.shown()).toMatchObject([{ level: 'warn', reason: 'other', err: {} }])
})

test('the log has one more line when the reason changes', async () => {
  await task.walk(failing)
  await task.walk(() => ({ error: noperm }))

  expect(task.shown().map(({ reason }) => reason)).toEqual(['connection', 'noperm'])
})

test('the log tells every 30 s how far a long walk is', async () => {
  await task.walk(({ begin, progress, clock }) => {
    begin()
    for (let second = 1; second <= 95; second++) {
      clock.advance(1_000)
      progress({ keys: second * 1_000, ratio: second / 95, load: 0.0499999 })
    }
    return {}
  })

  expect(task.shown()).toEqual([
    { level: 'info', target, keys: 30_000, ratio: 0.3158, load: 0.05, msg: 'scanning' },
    { level: 'info', target, keys: 60_000, ratio: 0.6316, load: 0.05, msg: 'scanning' },
    { level: 'info', target, keys: 90_000, ratio: 0.9474, load: 0.05, msg: 'scanning' },
  ])
})

test('the log says nothing of short walks, however many', async () => {
  for (let time = 0; time < 5; time++) {
    await task.walk(({ progress, clock, ...hooks }) => {
      clock.advance(20_000)
      progress({ keys: 1, ratio: 0.5, load: 0 })
      return finding(1)({ progress, clock, ...hooks })
    })
  }

  expect(task.shown()).toEqual([])
})

test('the log tells that a walk went on behind a lost connection', async () => {
  await task.walk(({ begin, progress, resumed }) => {
    begin()
    progress({ keys: 500, ratio: 0.5, load: 0 })
    resumed()
    return {}
  })

  expect(task.shown()).toEqual([
    {
      level: 'info',
      target,
      keys: 500,
      msg: 'the connection of the scan was lost; it goes on',
    },
  ])
})

test('the log has a line for each complete walk at the level debug', async () => {
  await task.walk(finding(1, { load: 0.04 }))

  expect(task.lines).toEqual([
    { level: 'debug', target, seconds: 2, keys: 10, series: 1, load: 0.04, msg: 'scanned' },
  ])
})

describe('a walk that takes longer than its results may be old', () => {
  const took = (seconds: number) => finding(1, { seconds })
  const failed = () => ({ ...failing(Object(undefined)), seconds: 500 })
  const line = {
    level: 'warn',
    target,
    maxAgeSeconds: 300,
    msg: 'the scan took longer than --scan.max-age: its results are too old to be served',
  }

  test('is told once, and again only when one in between was fast enough', async () => {
    const bounded = recordedWalkTask(target, 300_000)
    for (const seconds of [299, 300, 400, 5, 301]) await bounded.walk(took(seconds))

    expect(bounded.shown()).toEqual([
      { ...line, seconds: 300 },
      { ...line, seconds: 301 },
    ])
  })

  test('is not told anew because one in between failed, which is another matter', async () => {
    const bounded = recordedWalkTask(target, 300_000)
    for (const walk of [took(400), failed, took(400)]) await bounded.walk(walk)

    expect(bounded.shown().filter(({ msg }) => msg === line.msg)).toEqual([
      { ...line, seconds: 400 },
    ])
  })

  test('is none where the age follows from how long walks take', async () => {
    await task.walk(took(5_000))

    expect(task.shown()).toEqual([])
  })
})
