import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { grid, seconds, startRecorded } from '../support/recorded-task.ts'

// What is due is decided by the monotonic clock, which knows no time zones. The beat alone goes by
// the wall clock, and a beat in local time would be silent for the hour that comes twice.
describe.each([
  ['begins in Berlin', 'Europe/Berlin', '2025-03-30T00:59:40.437Z', 60],
  ['ends in Berlin', 'Europe/Berlin', '2025-10-26T00:59:40.437Z', -60],
  ['begins in New York', 'America/New_York', '2025-03-09T06:59:40.437Z', 60],
  ['ends in New York', 'America/New_York', '2025-11-02T05:59:40.437Z', -60],
  [
    'ends by half an hour on Lord Howe Island',
    'Australia/Lord_Howe',
    '2025-04-05T14:59:40.437Z',
    -30,
  ],
])('when summer time %s', (_name, zone, start, minutes) => {
  let zoneBefore: string | undefined

  beforeEach(() => {
    zoneBefore = process.env.TZ
    process.env.TZ = zone
    vi.useFakeTimers({ now: new Date(start) })
  })
  afterEach(() => {
    vi.useRealTimers()
    if (zoneBefore === undefined) delete process.env.TZ
    else process.env.TZ = zoneBefore
  })

  test('the local time changes in this test', async () => {
    const before = new Date().getTimezoneOffset()

    await seconds(40)

    expect(before - new Date().getTimezoneOffset()).toBe(minutes)
  })

  test('the polls go on as before', async () => {
    const schedule = startRecorded({ seconds: 7 })

    await seconds(140)

    expect(schedule.runs).toEqual(grid(7, 140))
    expect(schedule.skipped()).toBe(0)
    schedule.stop()
  })

  test('the tick goes on as before', async () => {
    const schedule = startRecorded({ seconds: 60 })

    for (let step = 0; step < 60; step++) {
      await seconds(1)
      expect(performance.now() - schedule.lastTick()).toBeLessThanOrEqual(1_000)
    }
    schedule.stop()
  })

  test('nothing is logged', async () => {
    const schedule = startRecorded({ seconds: 7 })

    await seconds(60)

    expect(schedule.lines).toEqual([])
    schedule.stop()
  })
})
