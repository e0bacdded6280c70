import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { createBeginApart } from '../../src/poller/begin-apart.ts'
import { blockEventLoop } from '../support/recorded-task.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Begins what notes when it began, in milliseconds since the start. */
function recorded() {
  const beginApart = createBeginApart(systemClock)
  const start = performance.now()
  const began: [number, number][] = []
  return {
    begin: (which: number) => beginApart(() => began.push([which, performance.now() - start])),
    which: () => began.map(([which]) => which),
    times: () => began.map(([, at]) => at),
  }
}

/** How long each waited that was due in one of the turns of ten seconds; in each turn so many were. */
async function waitsOf(
  inTurn: number,
  every: number,
  turn: (milliseconds: number) => Promise<unknown>,
) {
  const { begin, times } = recorded()
  const due: number[] = []
  for (let at = 0; at < 10_000; at += every) {
    for (let one = 0; one < inTurn; one++) {
      due.push(at)
      begin(at)
    }
    await turn(every)
  }
  await milliseconds(100)
  return times().map((at, index) => at - (due[index] ?? 0))
}

const milliseconds = (count: number) => vi.advanceTimersByTimeAsync(count)

test('what is due alone begins at once', async () => {
  const { begin, times } = recorded()

  begin(1)
  await milliseconds(5)
  begin(2)

  expect(times()).toEqual([0, 5])
})

test('what is due at the same time begins one after the other, in turn', async () => {
  const { begin, which, times } = recorded()

  for (const one of [1, 2, 3]) begin(one)
  expect(which()).toEqual([1])
  await milliseconds(20)

  expect(which()).toEqual([1, 2, 3])
  const [first = 0, second = 0, third = 0] = times()
  expect([first, second - first, third - second].map(Math.round)).toEqual([0, 5, 5])
})

test('what comes while others wait does not overtake them', async () => {
  const { begin, which } = recorded()

  for (const one of [1, 2]) begin(one)
  await milliseconds(4)
  begin(3)
  await milliseconds(20)

  expect(which()).toEqual([1, 2, 3])
})

test('a hundred at once have begun before anybody takes them for late', async () => {
  const { begin, which } = recorded()

  for (let one = 0; one < 100; one++) begin(one)
  await milliseconds(150)

  expect(which()).toEqual(Array.from({ length: 100 }, (_, one) => one))
})

test('five hundred a second, more than there is room for apart, wait no longer and longer', async () => {
  const waits = await waitsOf(1, 2, milliseconds)

  expect(waits).toHaveLength(5_000)
  expect(Math.max(...waits)).toBeLessThan(20)
})

test('nor do they where each turn of the event loop takes longer than that', async () => {
  const waits = await waitsOf(3, 8, blockEventLoop)

  expect(waits).toHaveLength(3_750)
  expect(Math.max(...waits)).toBeLessThan(50)
})

test('of a thousand that a pause made late three begin in a turn at most', async () => {
  const { begin, which } = recorded()
  for (let one = 0; one < 1_000; one++) begin(one)
  await blockEventLoop(2_000)

  // One of them began before it.
  expect(which().length).toBeLessThanOrEqual(1 + 3)
  await milliseconds(2_000)
  expect(which()).toHaveLength(1_000)
})
