import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { placeIn } from '../../src/poller/plan.ts'
import { recordedTask, seconds, startTasks } from '../support/recorded-task.ts'

beforeEach(() => void vi.useFakeTimers({ now: new Date('2025-06-01T12:00:00.437Z') }))
afterEach(() => void vi.useRealTimers())

describe('tasks that come and go while the schedule runs', () => {
  const placeOf = (name: string) => placeIn(20_000, name)
  const task = (name: string, runMilliseconds = 20) =>
    recordedTask({ name, seconds: 20, runMilliseconds })
  /** The times of the runs, counted from the start of the schedule; the task came so much later. */
  const runsOf = ({ runs }: ReturnType<typeof task>, later = 0) => runs.map((at) => at + later)

  test('run at once, and then at the places that their names give them', async () => {
    const schedule = startTasks([], undefined, { spreads: true })
    await seconds(33.3)
    const late = task('redis://late:6379')
    schedule.add(late.task)
    await seconds(60)

    const [atOnce, next = 0, ...others] = runsOf(late, 33_300)
    expect(atOnce).toBe(33_300)
    expect(next % 20_000).toBe(placeOf('redis://late:6379'))
    expect(next).toBeLessThanOrEqual(33_300 + 20_000)
    expect(others).toEqual([next + 20_000, next + 40_000].slice(0, others.length))
    schedule.stop()
  })

  test('move none of the others', async () => {
    const stays = task('redis://stays:6379')
    const schedule = startTasks([stays.task], undefined, { spreads: true })
    for (let round = 0; round < 30; round++) {
      const remove = schedule.add(task(`redis://guest-${round}:6379`).task)
      await seconds(1.7)
      remove()
    }

    const place = placeOf('redis://stays:6379')
    expect(runsOf(stays)).toEqual([0, place, place + 20_000, place + 40_000].slice(0, 4))
    expect(stays.skipped()).toBe(0)
    schedule.stop()
  })

  test('have the same place when they come back', async () => {
    const schedule = startTasks([], undefined, { spreads: true })
    const first = task('redis://one:6379')
    const remove = schedule.add(first.task)
    await seconds(41)
    remove()
    await seconds(7.77)
    const second = task('redis://one:6379')
    schedule.add(second.task)
    await seconds(41)

    const places = [...runsOf(first), ...runsOf(second, 48_770)].map((at) => at % 20_000)
    expect(new Set(places)).toEqual(new Set([0, 8_770, placeOf('redis://one:6379')]))
    schedule.stop()
  })

  test('have no run and no timer left when they are gone, not even of what was planned', async () => {
    const schedule = startTasks([], undefined, { spreads: false })
    // The beat has its own.
    await seconds(1)
    const timers = vi.getTimerCount()
    const gone = recordedTask({ name: 'gone', seconds: 2 })
    const remove = schedule.add(gone.task)
    // Its next run is planned by the beat before that.
    await seconds(1.8)
    const planned = vi.getTimerCount()
    remove()
    const left = vi.getTimerCount()
    await seconds(60)

    expect([planned, left]).toEqual([timers + 1, timers])
    expect(gone.runs).toEqual([0])
    schedule.stop()
  })

  test('that are under way when they are taken out come to their end', async () => {
    const schedule = startTasks([], undefined, { spreads: true })
    const slow = task('slow', 5_000)
    schedule.add(slow.task)()
    await seconds(60)

    expect(slow.finished()).toBe(1)
    expect(slow.runs).toHaveLength(1)
    schedule.stop()
  })
})
