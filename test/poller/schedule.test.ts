import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { placeIn } from '../../src/poller/plan.ts'
import { startSchedule } from '../../src/poller/schedule.ts'
import { recordedLog } from '../support/recorded-log.ts'
import {
  blockEventLoop,
  grid,
  recordedTask,
  seconds,
  startRecorded,
  startTasks,
} from '../support/recorded-task.ts'

// Nothing may depend on the start falling on a whole second.
beforeEach(() => void vi.useFakeTimers({ now: new Date('2025-06-01T12:00:00.437Z') }))
afterEach(() => void vi.useRealTimers())

describe('one target', () => {
  test('is polled at once', () => {
    const schedule = startRecorded({ seconds: 3_600 })

    expect(schedule.runs).toEqual([0])
    schedule.stop()
  })

  test.each([
    [1, 90],
    [7, 210],
    [45, 450],
    [60, 600],
    [3_600, 3_601],
  ])('is polled every %i s to the millisecond, for %i s', async (interval, duration) => {
    const schedule = startRecorded({ seconds: interval })

    await seconds(duration)

    expect(schedule.runs).toEqual(grid(interval, duration))
    expect(schedule.skipped()).toBe(0)
    schedule.stop()
  })

  test('is polled every 7.000 s on average, although each timer comes late', async () => {
    const schedule = startRecorded({ seconds: 7 })

    for (let elapsed = 0; elapsed < 350_000; elapsed += 250) {
      await vi.advanceTimersByTimeAsync(230)
      await blockEventLoop(20)
    }

    const { runs } = schedule
    expect(runs).toHaveLength(51)
    expect((runs.at(-1) ?? 0) / 50).toBeCloseTo(7_000, 0)
    schedule.stop()
  })

  test('is never polled twice at a time, and each poll left out is counted', async () => {
    const schedule = startRecorded({ seconds: 2, runMilliseconds: 7_000 })

    await seconds(17)

    expect(schedule.runs).toEqual([0, 8_000, 16_000])
    expect(schedule.mostAtOnce()).toBe(1)
    expect(schedule.skipped()).toBe(6)
    schedule.stop()
  })

  test('is not polled again while a poll never ends', async () => {
    const schedule = startRecorded({ seconds: 1, runMilliseconds: Infinity })

    await seconds(60)

    expect(schedule.runs).toEqual([0])
    expect(schedule.skipped()).toBe(60)
    schedule.stop()
  })

  test('causes no line in the log', async () => {
    const schedule = startRecorded({ seconds: 1, runMilliseconds: 1_500 })

    await seconds(60)

    expect(schedule.lines).toEqual([])
    schedule.stop()
  })
})

describe('many targets', () => {
  const names = ['redis://one:6379', 'redis://two:6379', 'redis://three:6379']

  test('are all polled at once', () => {
    const { tasks, stop } = startMany(names)

    expect(tasks.map(({ runs }) => runs)).toEqual([[0], [0], [0]])
    stop()
  })

  test('are polled again at moments of their own, and then at the interval', async () => {
    const { tasks, stop } = startMany(names)

    await seconds(60)

    for (const [index, { runs }] of tasks.entries()) {
      const offset = placeIn(20_000, names[index] ?? '')
      expect(runs).toEqual([0, offset, offset + 20_000, offset + 40_000])
    }
    stop()
  })

  test('do not wait for one that never answers', async () => {
    const { tasks, stop } = startMany(names, [Infinity, 20, 20])

    await seconds(60)

    expect(tasks.map(({ runs }) => runs.length)).toEqual([1, 4, 4])
    stop()
  })

  function startMany(names: readonly string[], runMilliseconds: readonly number[] = []) {
    const tasks = names.map((name, index) =>
      recordedTask({ name, seconds: 20, runMilliseconds: runMilliseconds[index] ?? 20 }),
    )
    const all = tasks.map(({ task }) => task)
    return { tasks, ...startTasks(all, recordedLog().log, { spreads: true }) }
  }
})

describe('the last tick', () => {
  test('is the start at first', () => {
    const start = performance.now()
    const schedule = startRecorded({ seconds: 15 })

    expect(schedule.lastTick()).toBe(start)
    schedule.stop()
  })

  test('is never longer ago than a second', async () => {
    const schedule = startRecorded({ seconds: 3_600 })

    for (let step = 0; step < 300; step++) {
      await vi.advanceTimersByTimeAsync(97)
      expect(performance.now() - schedule.lastTick()).toBeLessThanOrEqual(1_000)
    }
    schedule.stop()
  })
})

describe('after it was stopped', () => {
  test('a schedule polls nothing any more, not even what was planned already', async () => {
    const schedule = startRecorded({ seconds: 2 })
    // The beat before planned the poll that is due in half a second.
    await seconds(3.5)

    schedule.stop()
    await seconds(60)

    expect(schedule.runs).toEqual([0, 2_000])
  })

  test('a poll under way comes to its end', async () => {
    const schedule = startRecorded({ seconds: 2, runMilliseconds: 700 })

    schedule.stop()
    await seconds(1)

    expect(schedule.finished()).toBe(1)
  })

  test('a task that comes then, or is hurried, does not run', async () => {
    const runs: number[] = []
    const schedule = startSchedule({ clock: systemClock, log: recordedLog().log, spreads: false })
    const task = {
      name: 'late',
      intervalMilliseconds: 1_000,
      run: async () => void runs.push(1),
      onSkip: () => undefined,
    }

    schedule.stop()
    const remove = schedule.add(task)
    schedule.runNow(task)
    await seconds(5)
    remove()

    expect(runs).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })

  test('a schedule leaves no timer behind', async () => {
    const schedule = startRecorded({ seconds: 2 })
    await seconds(3.5)

    schedule.stop()

    expect(vi.getTimerCount()).toBe(0)
  })
})

test('tells when each task is due next, for as long as it is there', async () => {
  const { log } = recordedLog()
  const schedule = startSchedule({ clock: systemClock, log, spreads: false })
  const task = (name: string, intervalMilliseconds: number) => ({
    name,
    intervalMilliseconds,
    run: async () => {},
    onSkip: () => {},
  })
  const begun = performance.now()
  schedule.add(task('often', 7_000))
  const remove = schedule.add(task('seldom', 60_000))
  expect(['often', 'seldom', 'never'].map(schedule.due)).toEqual([
    begun + 7_000,
    begun + 60_000,
    undefined,
  ])

  // Wherever the beat of the schedule falls.
  for (let passed = 0; passed < 69; passed += 1) {
    await seconds(0.1)
    expect(schedule.due('often')).toBe(begun + 7_000)
  }
  await seconds(0.2)
  expect(schedule.due('often')).toBe(begun + 14_000)
  remove()
  expect(schedule.due('seldom')).toBeUndefined()
  schedule.stop()
})

test('tells what a task says of itself that leaves some of its places out', () => {
  const { log } = recordedLog()
  const schedule = startSchedule({ clock: systemClock, log, spreads: false })
  const begun = performance.now()
  schedule.add({
    name: 'lazy',
    intervalMilliseconds: 7_000,
    run: async () => {},
    onSkip: () => {},
    nextRun: (place) => place + 21_000,
  })

  expect(schedule.due('lazy')).toBe(begun + 28_000)
  schedule.stop()
})
