import { expect, test } from 'vitest'
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

test('a failure at an item is passed on, and the items after it are left', async () => {
  const visited: number[] = []
  const failing = inSlices([1, 2, 3], (item) => {
    visited.push(item)
    if (item === 2) throw new Error('no')
  })

  await expect(failing).rejects.toThrow('no')
  expect(visited).toEqual([1, 2])
})
