import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createShortTurns } from '../../src/http/short-turns.ts'

/** Asks for so many answers, and tells which were given. */
function asking(shortTurns: ReturnType<typeof createShortTurns>, count: number) {
  const given: number[] = []
  const all = Array.from({ length: count }, (_, index) => shortTurns(() => given.push(index)))
  return { given, all }
}

test('as many are answered at once as fit into a turn', () => {
  const { given, all } = asking(createShortTurns(3), 3)

  expect(given).toEqual([0, 1, 2])
  expect(all).toEqual([1, 2, 3])
})

test('the others follow in their order, so many a turn', async () => {
  const { given, all } = asking(createShortTurns(3), 8)
  expect(given).toHaveLength(3)
  await nextTurn()
  expect(given).toHaveLength(6)
  await nextTurn()

  expect(given).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  expect(await Promise.all(all)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
})

test('who comes while others wait comes behind them', async () => {
  const shortTurns = createShortTurns(1)
  const order: string[] = []
  for (const name of ['a', 'b', 'c']) void shortTurns(() => order.push(name))
  await nextTurn()
  void shortTurns(() => order.push('d'))
  for (let turn = 0; turn < 3; turn += 1) await nextTurn()

  expect(order).toEqual(['a', 'b', 'c', 'd'])
})

test('every turn begins anew', async () => {
  const shortTurns = createShortTurns(2)
  for (let turn = 0; turn < 3; turn += 1) {
    expect(asking(shortTurns, 2).given).toHaveLength(2)
    await nextTurn()
  }
})

test('what few asked for before counts where many come, and the others wait for one turn', async () => {
  const shortTurns = createShortTurns(4)
  expect(asking(shortTurns, 1).given).toEqual([0])
  await nextTurn()
  const { given } = asking(shortTurns, 4)
  expect(given).toEqual([0, 1, 2])
  await nextTurn()

  expect(given).toEqual([0, 1, 2, 3])
})

test('an answer that fails fails for who asked alone', async () => {
  const shortTurns = createShortTurns(1)
  const fails = () => {
    throw new Error('of this one')
  }
  void shortTurns(() => 'first')
  const failed = shortTurns(fails)
  const next = shortTurns(() => 'next')

  await expect(failed).rejects.toThrow('of this one')
  expect(await next).toBe('next')
})
