import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { placeIn } from '../../src/poller/plan.ts'
import { recordedTask, seconds, startTasks } from '../support/recorded-task.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const name = 'redis://same:6379'
const place = placeIn(20_000, name)

function twoAtOnePlace(spreads: boolean) {
  const tasks = [1, 2].map(() => recordedTask({ name, seconds: 20 }))
  const schedule = startTasks([], undefined, { spreads })
  const remove = tasks.map(({ task }) => schedule.add(task))
  return { schedule, remove, runs: () => tasks.map(({ runs }) => runs.slice(1)) }
}

test('two of many that are due at one place begin apart', async () => {
  const { schedule, runs } = twoAtOnePlace(true)
  await seconds((place + 100) / 1e3)

  const [first = [], second = []] = runs()
  expect(first).toEqual([place])
  expect(second.map((at) => Math.round(at - place))).toEqual([5])
  schedule.stop()
})

test('those of one target begin together', async () => {
  const { schedule, runs } = twoAtOnePlace(false)
  await seconds(20)

  expect(runs()).toEqual([[20_000], [20_000]])
  schedule.stop()
})

test('one that goes while it waits for the one before does not begin', async () => {
  const { schedule, remove, runs } = twoAtOnePlace(true)
  await seconds((place + 2) / 1e3)
  remove[1]?.()
  await seconds(0.1)

  expect(runs()).toEqual([[place], []])
  schedule.stop()
})

test('none that waits begins once the schedule has stopped', async () => {
  const { schedule, runs } = twoAtOnePlace(true)
  await seconds((place + 2) / 1e3)
  schedule.stop()
  await seconds(0.1)

  expect(runs()).toEqual([[place], []])
})
