import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { startBeat } from '../../src/poller/beat.ts'
import { recordedLog } from '../support/recorded-log.ts'
import { seconds } from '../support/recorded-task.ts'

beforeEach(() => void vi.useFakeTimers({ now: new Date('2025-06-01T12:00:00.437Z') }))
afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

test('the beat comes once a second', async () => {
  const tick = vi.fn()
  const stop = startBeat(tick, systemClock, recordedLog().log)

  await seconds(60)

  expect(tick).toHaveBeenCalledTimes(60)
  stop()
})

test('the beat comes on the whole second of the wall clock', async () => {
  const moments: number[] = []
  const stop = startBeat(() => moments.push(Date.now() % 1_000), systemClock, recordedLog().log)

  await seconds(3)

  expect(moments).toEqual([0, 0, 0])
  stop()
})

test('the beat goes on after a tick that failed', async () => {
  const tick = vi.fn().mockImplementationOnce(() => {
    throw new Error('out of order')
  })
  const stop = startBeat(tick, systemClock, recordedLog().log)

  await seconds(3)

  expect(tick).toHaveBeenCalledTimes(3)
  stop()
})

test('a tick that fails is logged as an error, without its text', async () => {
  const { log, shown } = recordedLog()
  const stop = startBeat(fails, systemClock, log)

  await seconds(1)

  expect(shown()).toEqual([
    {
      level: 'error',
      msg: 'the schedule failed',
      err: { type: 'TypeError', stack: expect.any(String) },
    },
  ])
  stop()
})

test('a tick that fails leaves nothing on the console', async () => {
  const written = (['log', 'info', 'debug', 'warn', 'error'] as const).map((name) =>
    vi.spyOn(console, name).mockImplementation(() => {}),
  )
  const stop = startBeat(fails, systemClock, recordedLog().log)

  await seconds(1)

  expect(written.flatMap(({ mock }) => mock.calls)).toEqual([])
  stop()
})

function fails(): void {
  throw new TypeError('the text of a reply')
}

test('after it was stopped there is no beat', async () => {
  const tick = vi.fn()
  const stop = startBeat(tick, systemClock, recordedLog().log)
  await seconds(2)

  stop()
  await seconds(60)

  expect(tick).toHaveBeenCalledTimes(2)
})

test('a beat that was stopped leaves no timer behind', async () => {
  const stop = startBeat(() => {}, systemClock, recordedLog().log)
  await seconds(2)

  stop()

  expect(vi.getTimerCount()).toBe(0)
})

test('a beat that was stopped in the moment of a clock jump stays silent', async () => {
  const tick = vi.fn()
  const stop = startBeat(tick, systemClock, recordedLog().log)
  vi.setSystemTime(Date.now() + 3_600_000)

  stop()
  await seconds(60)

  expect(tick).not.toHaveBeenCalled()
})
