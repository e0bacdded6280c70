import { setImmediate as nextTurn, setTimeout as timer } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { inSlices, whileWanted } from '../src/yielding.ts'

/** Lets each look at the clock be later than the one before by so many milliseconds. */
async function clockThatMoves(milliseconds: number): Promise<void> {
  // A slice that is open ends with its turn.
  await nextTurn()
  let now = performance.now()
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => {
    now += milliseconds
    return now
  })
  onTestFinished(() => clock.mockRestore())
}

/** What was counted when each turn of the event loop began, while something was done. */
async function countedByTurns(count: () => number, work: () => Promise<void>) {
  const counts: number[] = []
  let isOver = false
  const turn = () => {
    if (isOver) return
    counts.push(count())
    setImmediate(turn)
  }
  setImmediate(turn)
  await work()
  isOver = true
  return counts
}

test('every item is visited once and in order', async () => {
  const visited: number[] = []
  await inSlices([3, 1, 2], (item) => void visited.push(item))

  expect(visited).toEqual([3, 1, 2])
})

test('no items are no work', async () => {
  await expect(inSlices([], () => {})).resolves.toBeUndefined()
})

test('the event loop turns while there is much to do', async () => {
  await clockThatMoves(1)
  const visited: number[] = []
  const counts = await countedByTurns(
    () => visited.length,
    () => inSlices(Array(100).keys(), (item) => void visited.push(item)),
  )

  // An item of a millisecond is more than a slice.
  expect(counts.length).toBeGreaterThanOrEqual(24)
  expect(visited).toHaveLength(100)
})

test('what begins before the immediates of a turn has one slice in it', async () => {
  await clockThatMoves(1)
  const visited: number[] = []
  await timer(1)
  const working = inSlices(Array(100).keys(), (item) => void visited.push(item))
  // Behind those by which others go on.
  await nextTurn()
  const inThisTurn = visited.length
  await working

  expect(inThisTurn).toBeLessThanOrEqual(4)
  expect(visited).toHaveLength(100)
})

test('little work is done in one turn', async () => {
  await clockThatMoves(0)
  const visited: number[] = []
  const counts = await countedByTurns(
    () => visited.length,
    () => inSlices([1, 2, 3], (item) => void visited.push(item)),
  )

  expect(visited).toEqual([1, 2, 3])
  expect(counts).toEqual([])
})

test('those that work at the same time share the slice of a turn', async () => {
  await clockThatMoves(1)
  const visited: number[] = []
  const counts = await countedByTurns(
    () => visited.length,
    async () => {
      const some = () => inSlices(Array(100).keys(), (item) => void visited.push(item))
      await Promise.all(Array.from({ length: 10 }, some))
    },
  )

  expect(visited).toHaveLength(1000)
  // Each begins with an item, so that the first turn sees some more; then they take turns.
  const inTurn = counts.map((count, index) => count - (counts[index - 1] ?? 0))
  expect(Math.max(...inTurn)).toBeLessThan(20)
})

test('what began first ends first, and what is a part of nothing goes on beside it', async () => {
  await clockThatMoves(1)
  const ended: string[] = []
  const some = async (name: string) => {
    await inSlices(Array(100).keys(), () => {})
    ended.push(name)
  }
  const signal = { throwIfAborted: () => {} }
  const begun = ['first', 'second', 'third'].map((name) =>
    whileWanted(signal, async () => {
      await some(`${name}, its beginning`)
      await some(name)
    }),
  )
  await Promise.all([...begun, some('another')])

  expect(ended.indexOf('another')).toBeLessThan(2)
  expect(ended.filter((name) => name !== 'another')).toEqual([
    ...['first, its beginning', 'first', 'second, its beginning', 'second'],
    ...['third, its beginning', 'third'],
  ])
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
