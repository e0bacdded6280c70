import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type RunEnd, startRefresher } from '../../src/discovery/refresher.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Its place lies at nine tenths of an interval of ten seconds, that of `b` in the middle. */
function refreshed(
  work: () => Promise<RunEnd> = async () => undefined,
  name = 'sessions',
  intervalMilliseconds = 10_000,
) {
  let runs = 0
  const refresher = startRefresher({
    name,
    intervalMilliseconds,
    restMilliseconds: 200,
    random: () => 0.5,
    run: () => {
      runs += 1
      return work()
    },
  })
  return { ...refresher, runs: () => runs }
}

const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds)

test('it runs at once, then at its place in the interval, and then at its interval', async () => {
  const { runs, stop } = refreshed()
  await pass(1)

  expect(runs()).toBe(1)
  await pass(8_600)
  expect(runs()).toBe(1)
  await pass(200)
  expect(runs()).toBe(2)
  await pass(9_800)
  expect(runs()).toBe(2)
  await pass(200)
  expect(runs()).toBe(3)
  stop()
})

test('others that begin with it go on at other places', async () => {
  const [one, other] = [refreshed(), refreshed(undefined, 'b')]
  await pass(5_500)

  expect([one.runs(), other.runs()]).toEqual([1, 2])
  one.stop()
  other.stop()
})

test('it runs at once when told, and counts its interval from then', async () => {
  const { runs, refresh, stop } = refreshed()
  await pass(5_000)
  refresh()
  await pass(1)
  expect(runs()).toBe(2)
  await pass(9_000)

  expect(runs()).toBe(2)
  stop()
})

test('however often it is told, it rests in between', async () => {
  const { runs, refresh, stop } = refreshed()
  for (let times = 0; times < 100; times++) {
    refresh()
    await pass(10)
  }

  expect(runs()).toBeLessThanOrEqual(6)
  expect(runs()).toBeGreaterThan(3)
  stop()
})

test('told during a run, it runs once more after it', async () => {
  const { runs, refresh, stop } = refreshed(
    () => new Promise((done) => setTimeout(() => done(undefined), 3_000)),
  )
  await pass(1)
  refresh()
  refresh()
  await pass(2_900)
  expect(runs()).toBe(1)
  await pass(1_000)

  expect(runs()).toBe(2)
  stop()
})

test('where something is about to change, it runs again within a second', async () => {
  const { runs, stop } = refreshed(async () => 'soon')
  await pass(5_100)

  expect(runs()).toBeGreaterThan(4)
  expect(runs()).toBeLessThan(8)
  stop()
})

describe('where a run fails', () => {
  const hour = 3_600_000

  test('the next one comes in some seconds, and then more and more seldom', async () => {
    const { runs, stop } = refreshed(async () => 'failed', 'sessions', hour)
    await pass(1)
    const runsAfter = async (milliseconds: number) => {
      await pass(milliseconds)
      return runs()
    }

    expect(await runsAfter(4_900)).toBe(1)
    expect(await runsAfter(200)).toBe(2)
    expect(await runsAfter(9_800)).toBe(2)
    expect(await runsAfter(300)).toBe(3)
    expect(await runsAfter(600_000)).toBeLessThan(20)
    expect(await runsAfter(60_100)).toBeGreaterThan(10)
    stop()
  })

  test('the next one comes no later than the interval wants', async () => {
    const { runs, stop } = refreshed(async () => 'failed', 'sessions', 2_000)
    await pass(10_100)

    expect(runs()).toBeGreaterThan(4)
    stop()
  })

  test('it goes on at its interval once it works again', async () => {
    const ends: RunEnd[] = ['failed', 'failed']
    const { runs, stop } = refreshed(async () => ends.shift(), 'sessions', hour)
    await pass(20_000)
    expect(runs()).toBe(3)
    await pass(1_000_000)

    expect(runs()).toBe(3)
    stop()
  })
})

test('stopped, it does not run any more, and leaves no timer behind', async () => {
  const { runs, refresh, stop } = refreshed(
    () => new Promise((done) => setTimeout(() => done(undefined), 3_000)),
  )
  await pass(1)
  stop()
  refresh()
  await pass(60_000)

  expect(runs()).toBe(1)
  expect(vi.getTimerCount()).toBe(0)
})
