import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { recordedLog } from '../support/recorded-log.ts'
import {
  blockEventLoop,
  grid,
  recordedTask,
  seconds,
  startRecorded,
  startTasks,
} from '../support/recorded-task.ts'

beforeEach(() => void vi.useFakeTimers({ now: new Date('2025-06-01T12:00:00.437Z') }))
afterEach(() => void vi.useRealTimers())

describe.each([
  ['before the next poll was planned', 3, 8.5],
  ['after the next poll was planned', 3.7, 7.8],
])('an event loop that is blocked from %s until 11.5 s, at an interval of 2 s', (_, from, wait) => {
  async function blocked() {
    const schedule = startRecorded({ seconds: 2 })
    await seconds(from)
    await blockEventLoop(wait * 1_000)
    return schedule
  }

  test('leads to one poll at once', async () => {
    const schedule = await blocked()

    expect(schedule.runs).toEqual([0, 2_000, 11_500])
    schedule.stop()
  })

  test('has the polls counted that it cost', async () => {
    const schedule = await blocked()

    // Due at 4, 6, 8 and 10 s; one of them came late, at 11.5 s.
    expect(schedule.skipped()).toBe(3)
    schedule.stop()
  })

  test('leaves the polls on the old grid', async () => {
    const schedule = await blocked()

    await seconds(5)

    expect(schedule.runs.slice(3)).toEqual([12_000, 14_000, 16_000])
    schedule.stop()
  })
})

test('a pause that is too long is remembered by its end, so that one can tell since when it ticks', async () => {
  const began = performance.now()
  const { task } = recordedTask({ seconds: 2 })
  const schedule = startTasks([task], recordedLog().log, { pauseMilliseconds: 5_000 })
  const tickingFor = () => Math.round((schedule.tickingSince() - began) / 1e3)
  await seconds(3)
  await blockEventLoop(4_000)
  await seconds(3)
  expect(tickingFor()).toBe(0)

  await blockEventLoop(9_000)
  await seconds(20)

  expect(tickingFor()).toBe(19)
  schedule.stop()
})

test('an event loop that is blocked for some seconds is not spoken of', async () => {
  const schedule = startRecorded({ seconds: 2 })
  await seconds(3)

  await blockEventLoop(9_000)
  await seconds(10)

  expect(schedule.shown()).toEqual([])
  schedule.stop()
})

test('at an interval of 1 s too, the polls are on the old grid again at once', async () => {
  const schedule = startRecorded({ seconds: 1 })
  await seconds(3.2)
  await blockEventLoop(4_300)

  await seconds(3.5)

  expect(schedule.runs).toEqual([0, 1_000, 2_000, 3_000, 7_500, 8_000, 9_000, 10_000, 11_000])
  schedule.stop()
})

test('a process that was frozen for a minute and a half goes on at once', async () => {
  const schedule = startRecorded({ seconds: 7 })
  await seconds(15)
  await blockEventLoop(92_000)

  await seconds(15)

  expect(schedule.runs).toEqual([0, 7_000, 14_000, expect.closeTo(107_000, -1), 112_000, 119_000])
  schedule.stop()
})

test('a process that was frozen for ten days does not walk through every second of them', async () => {
  const schedule = startRecorded({ seconds: 60 })
  await seconds(90)
  const realStart = vi.getRealSystemTime()

  await blockEventLoop(10 * 86_400_000)
  await seconds(120)

  // Walking through them takes minutes; the bound leaves room for a busy machine.
  expect(vi.getRealSystemTime() - realStart).toBeLessThan(20_000)
  expect(schedule.skipped()).toBe(10 * 1_440 - 1)
  schedule.stop()
})

test('a frozen process tells of it in one line', async () => {
  const schedule = startRecorded({ seconds: 60 })
  await seconds(90)

  await blockEventLoop(3_600_000)
  await seconds(120)

  expect(schedule.shown()).toEqual([
    {
      level: 'warn',
      jumpSeconds: 0,
      gapSeconds: expect.closeTo(3_600, 0),
      msg: 'the wall clock was set, or the exporter stood still; the schedule goes on',
    },
  ])
  schedule.stop()
})

test('an event loop that is always a little busy costs no poll', async () => {
  const schedule = startRecorded({ seconds: 1 })

  for (let step = 0; step < 200; step++) {
    await vi.advanceTimersByTimeAsync(70)
    await blockEventLoop(80)
  }

  expect(schedule.runs).toHaveLength(grid(1, 30).length)
  expect(schedule.skipped()).toBe(0)
  schedule.stop()
})

test('of hundreds of targets that are all late, no two begin at the same moment', async () => {
  const tasks = Array.from({ length: 100 }, (_, index) =>
    recordedTask({ name: `redis://cache-${index}:6379`, seconds: 2 }),
  )
  const all = tasks.map(({ task }) => task)
  const schedule = startTasks(all, recordedLog().log, { spreads: true })
  await seconds(4)
  const before = tasks.map(({ runs }) => runs.length)
  await blockEventLoop(9_000)
  await seconds(0.4)
  const late = tasks.map(({ runs }, index) => runs[before[index] ?? 0] ?? 0)
  const times = new Map<number, number>()
  for (const at of late) times.set(at, (times.get(at) ?? 0) + 1)

  expect(late.filter((at) => at >= 13_000 && at <= 13_400)).toHaveLength(100)
  expect(Math.max(...times.values())).toBeLessThan(4)
  schedule.stop()
})
