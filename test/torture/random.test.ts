import { expect, test } from 'vitest'
import { createRandom, seedOf } from './random.ts'

const thousand = (seed: number) => {
  const random = createRandom(seed)
  return Array.from({ length: 1000 }, () => random.below(100))
}

test('the same seed gives the same numbers, another one gives others', () => {
  expect(thousand(7)).toEqual(thousand(7))
  expect(thousand(7)).not.toEqual(thousand(8))
})

test('numbers stay below the limit and reach most of what is below it', () => {
  const numbers = new Set(thousand(7))

  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...numbers)).toBeLessThan(100)
  expect(numbers.size).toBeGreaterThan(90)
})

test('seeds of the connections of one run differ', () => {
  const seeds = Array.from({ length: 1000 }, (_, connection) => seedOf(7, connection))

  expect(new Set(seeds).size).toBe(1000)
})
