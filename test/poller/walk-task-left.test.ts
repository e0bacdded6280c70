import { beforeEach, describe, expect, test } from 'vitest'
import { sample } from '../../src/metrics/metric.ts'
import {
  failing,
  finding,
  type RecordedWalkTask,
  recordedWalkTask,
  series,
  size,
  walked,
} from '../support/recorded-walk-task.ts'

const target = 'redis://localhost:6379'

let task: RecordedWalkTask

beforeEach(() => {
  task = recordedWalkTask(target)
})

describe('when a poll meets another server', () => {
  test('nothing is told any more of what was found in the one before', async () => {
    await task.walk(finding(1, { keys: 800 }))
    task.meet('first')
    expect(await task.figure('scan_series')).toBe(1)
    expect(task.collectors('first')).toHaveLength(1)

    task.meet('second')
    for (const name of ['timestamp_seconds', 'age_seconds', 'duration_seconds', 'series'])
      expect(await task.figure(`scan_${name}`)).toBeUndefined()
    expect(await task.figure('scan_keys')).toBe(0)
    expect(task.state()).toMatchObject({ keys: 0, ratio: 0, ageSeconds: undefined })
    expect(task.collectors('second')).toEqual([])
  })

  test('a walk that is under way in the one before is told to leave, once', async () => {
    task.meet('first')
    await task.walk((hooks) => {
      const given = finding(1)(hooks)
      task.meet('second')
      task.meet('second')
      return given
    })

    expect(task.left()).toBe(1)
    expect(await task.figure('scan_series')).toBeUndefined()
    expect(task.state().ageSeconds).toBeUndefined()
  })

  test('a walk that is there already goes on, and is told of from then on', async () => {
    task.meet('first')
    await task.walk((hooks) => {
      hooks.begin('master', 'second')('check-keys', [sample(size, 2, { key: 'a' })])
      return { collectors: [walked('check-keys')], keys: 1 }
    })
    expect(await task.figure('scan_series')).toBeUndefined()
    expect(task.collectors('first')).toEqual([])

    task.meet('second')
    expect(await task.figure('scan_series')).toBe(1)
    expect(task.left()).toBe(0)
    expect(task.collectors('second')).toHaveLength(1)
  })

  test('by turns, no walk is told to leave a server that the last two polls met', async () => {
    task.meet('first')
    task.meet('second')
    await task.walk((hooks) => {
      hooks.begin('master', 'first')
      task.meet('second')
      return { collectors: [] }
    })

    expect(task.left()).toBe(0)
  })
})

describe('when the keys are looked at in another target', () => {
  test('nothing is told or served any more of what was found', async () => {
    await task.walk(finding(1, { keys: 800 }))
    task.leaveToAnother()

    expect(task.withdrawn()).toBe(1)
    expect(await task.figure('scans_total', { result: 'complete' })).toBeUndefined()
    expect(task.state()).toMatchObject({ running: false, keys: 0, ageSeconds: undefined })
    expect(task.collectors()).toEqual([])
  })

  test.each([
    ['that ends by that', failing],
    ['that came to its end', finding(1)],
  ])(
    'a walk under way %s is told to end, and is neither published nor counted',
    async (_, walk) => {
      let isEnding: boolean | undefined
      await task.walk((hooks) => {
        const given = walk(hooks)
        task.leaveToAnother()
        isEnding = hooks.ending.aborted
        return given
      })
      expect(isEnding).toBe(true)
      expect(task.store.all).toEqual([])
      expect(task.noted).toEqual([])

      await task.walk(finding(2))
      expect(await task.figure('scans_total', { result: 'complete' })).toBe(1)
      expect(await task.figure('scans_total', { result: 'failed' })).toBe(0)
      expect(task.store.texts()).toEqual({ 'check-keys': series(2) })
    },
  )

  test('the log tells it where there was something to lose, once', async () => {
    task.leaveToAnother()
    await task.walk(finding(1))
    task.leaveToAnother()
    task.leaveToAnother()

    expect(task.shown()).toEqual([
      {
        level: 'info',
        target,
        msg: 'the keys are looked at in another target; what was found here is dropped',
      },
    ])
  })
})
