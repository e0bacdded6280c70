import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { grid, seconds, startRecorded } from '../support/recorded-task.ts'

beforeEach(() => void vi.useFakeTimers({ now: new Date('2025-06-01T12:00:00.437Z') }))
afterEach(() => void vi.useRealTimers())

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

// Every tenth of a second, and shortly before a whole one: the jump falls before and after each
// thing that can be due. Only in the last 2 ms nobody looks at the clock before node-cron does.
const moments = [...Array.from({ length: 10 }, (_, tenth) => 6 + tenth / 10), 6.553, 6.56]

describe.each([
  ['back by an hour', -hour],
  ['back by ten days', -10 * day],
  ['forward by half a minute', minute / 2],
  ['forward by an hour', hour],
  ['forward by a day', day],
  ['forward by ten days', 10 * day],
])('a wall clock that is set %s', (_name, jump) => {
  test.each([1, 7])('changes nothing in polls every %i s', async (interval) => {
    for (const moment of moments) {
      const schedule = startRecorded({ seconds: interval })
      await seconds(moment)
      vi.setSystemTime(Date.now() + jump)
      await seconds(49 - moment)

      expect(schedule.runs).toEqual(grid(interval, 49))
      expect(schedule.skipped()).toBe(0)
      schedule.stop()
    }
  })

  test('does not block the event loop', async () => {
    const schedule = startRecorded({ seconds: 1 })
    await seconds(20.553)
    const realStart = vi.getRealSystemTime()

    vi.setSystemTime(Date.now() + jump)
    await seconds(3)

    // A cron library that counts what it missed takes 12 s for a day.
    expect(vi.getRealSystemTime() - realStart).toBeLessThan(8_000)
    schedule.stop()
  })

  test('does not silence the tick', async () => {
    const schedule = startRecorded({ seconds: 15 })
    await seconds(20.5)
    vi.setSystemTime(Date.now() + jump)

    for (let step = 0; step < 50; step++) {
      await vi.advanceTimersByTimeAsync(100)
      expect(performance.now() - schedule.lastTick()).toBeLessThanOrEqual(1_000)
    }
    schedule.stop()
  })

  test('is told in one line', async () => {
    const schedule = startRecorded({ seconds: 15 })
    await seconds(20.5)

    vi.setSystemTime(Date.now() + jump)
    await seconds(60)

    expect(schedule.shown()).toEqual([
      {
        level: 'warn',
        jumpSeconds: jump / 1_000,
        gapSeconds: expect.closeTo(1, 2),
        msg: 'the wall clock was set, or the exporter stood still; the schedule goes on',
      },
    ])
    schedule.stop()
  })
})

test('a wall clock that is corrected by small steps is not spoken of', async () => {
  const schedule = startRecorded({ seconds: 7 })

  for (const step of [40, -40, 40, 40, -40]) {
    await seconds(10)
    vi.setSystemTime(Date.now() + step)
  }

  expect(schedule.lines).toEqual([])
  schedule.stop()
})
