import { expect, onTestFinished, test, vi } from 'vitest'
import { inSlices } from '../src/yielding.ts'
import { leastStall } from './support/event-loop.ts'

/** Keeps the processor busy. */
function work(milliseconds: number): void {
  const end = performance.now() + milliseconds
  while (performance.now() < end);
}

test('every item is visited once and in order', async () => {
  const visited: number[] = []
  await inSlices([3, 1, 2], (item) => void visited.push(item))

  expect(visited).toEqual([3, 1, 2])
})

test('no items are no work', async () => {
  await expect(inSlices([], () => work(1))).resolves.toBeUndefined()
})

test('the event loop turns while there is much to do', async () => {
  const items = Array.from({ length: 100 }, () => 1)

  expect(await leastStall(20, () => inSlices(items, work))).toBeLessThan(20)
})

test('little work is done in one turn', async () => {
  const visited: number[] = []
  const turns: number[] = []
  setImmediate(() => turns.push(visited.length))
  await inSlices([1, 2, 3], (item) => void visited.push(item))

  expect(visited).toEqual([1, 2, 3])
  expect(turns).toEqual([])
})

test('those that work at the same time share the slice of a turn', async () => {
  // Each look at the clock is a millisecond later, and each item is one look.
  let now = performance.now()
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => ++now)
  onTestFinished(() => clock.mockRestore())
  let visited = 0
  let most = 0
  let last = 0
  let isOver = false
  const turn = () => {
    most = Math.max(most, visited - last)
    last = visited
    if (!isOver) setImmediate(turn)
  }
  setImmediate(turn)
  const items = Array.from({ length: 100 })
  const visit = () => {
    visited += 1
  }
  await Promise.all(Array.from({ length: 10 }, () => inSlices(items, visit)))
  isOver = true

  expect(visited).toBe(1000)
  // Each begins with one item at least; then they take turns.
  expect(most).toBeLessThan(20)
})

test('a failure at an item is passed on, and the items after it are left', async () => {
  const visited: number[] = []
  const failing = inSlices([1, 2, 3], (item) => {
    visited.push(item)
    if (item === 2) throw new Error('no')
  })

  await expect(failing).rejects.toThrow('no')
  expect(visited).toEqual([1, 2])
})
