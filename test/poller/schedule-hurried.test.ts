import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { startSchedule } from '../../src/poller/schedule.ts'
import { recordedLog } from '../support/recorded-log.ts'
import { seconds } from '../support/recorded-task.ts'

beforeEach(() => void vi.useFakeTimers({ now: new Date('2025-06-01T12:00:00.437Z') }))
afterEach(() => void vi.useRealTimers())

describe('a task that is hurried', () => {
  const hurried = (runMilliseconds: number) => {
    const runs: number[] = []
    const started = performance.now()
    const task = {
      name: 'a',
      intervalMilliseconds: 3_600_000,
      onSkip: () => undefined,
      run: () => {
        runs.push(Math.round(performance.now() - started))
        return new Promise<void>((done) => setTimeout(done, runMilliseconds))
      },
    }
    const schedule = startSchedule({ clock: systemClock, log: recordedLog().log, spreads: false })
    const remove = schedule.add(task)
    return { schedule, task, runs, remove }
  }

  test('runs at once', async () => {
    const { schedule, task, runs } = hurried(10)
    await seconds(5)
    schedule.runNow(task)

    expect(runs).toEqual([0, 5_000])
    schedule.stop()
  })

  test('runs once more after the run that is under way, however often it is hurried', async () => {
    const { schedule, task, runs } = hurried(2_000)
    await seconds(1)
    schedule.runNow(task)
    schedule.runNow(task)
    await seconds(10)

    expect(runs).toEqual([0, 2_000])
    schedule.stop()
  })

  test('does not run once it was taken out', async () => {
    const { schedule, task, runs, remove } = hurried(2_000)
    schedule.runNow(task)
    remove()
    schedule.runNow(task)
    await seconds(10)

    expect(runs).toEqual([0])
    schedule.stop()
  })
})
