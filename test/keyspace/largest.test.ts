import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createLargest, type Sized } from '../../src/keyspace/largest.ts'

/** The largest of some things that are told of one after another, as `name size`. */
function largestOf(most: number, all: readonly (readonly [name: string, size: number])[]) {
  const largest = createLargest(most)
  for (const [name, size] of all) if (largest.mayHold(size)) largest.offer(name, size)
  return largest.all().map(({ name, size }) => `${name} ${size}`)
}

describe('the largest', () => {
  test.each([
    [
      'come first',
      3,
      [
        ['a', 1],
        ['b', 3],
        ['c', 2],
      ],
      ['b 3', 'c 2', 'a 1'],
    ],
    [
      'are no more than wanted',
      2,
      [
        ['a', 1],
        ['b', 3],
        ['c', 2],
      ],
      ['b 3', 'c 2'],
    ],
    [
      'may be one alone',
      1,
      [
        ['a', 1],
        ['b', 3],
        ['c', 2],
      ],
      ['b 3'],
    ],
    [
      'of one size are those whose names come first',
      2,
      [
        ['c', 1],
        ['a', 1],
        ['b', 1],
      ],
      ['a 1', 'b 1'],
    ],
    [
      'hold a thing once that is told of twice',
      2,
      [
        ['a', 3],
        ['a', 3],
        ['b', 1],
      ],
      ['a 3', 'b 1'],
    ],
    [
      'hold the larger size of it, if it comes later',
      2,
      [
        ['a', 1],
        ['b', 2],
        ['a', 3],
      ],
      ['a 3', 'b 2'],
    ],
    [
      'hold the larger size of it, if it comes first',
      2,
      [
        ['a', 3],
        ['b', 2],
        ['a', 1],
      ],
      ['a 3', 'b 2'],
    ],
    [
      'take in one that was too small before',
      1,
      [
        ['a', 1],
        ['b', 2],
        ['c', 2],
        ['a', 9],
      ],
      ['a 9'],
    ],
    ['of nothing are none', 2, [], []],
  ] as const)('%s', (_, most, all, expected) => {
    expect(largestOf(most, all)).toEqual(expected)
  })

  // Few names and sizes, so that both come again.
  const things = fc.array(
    fc.tuple(fc.constantFrom(...'abcdefghijkl'), fc.integer({ min: 0, max: 20 })),
    {
      maxLength: 200,
    },
  )

  test('are those of sorting all', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), things, (most, all) => {
        expect(largestOf(most, all)).toEqual(bySorting(most, all))
      }),
    )
  })
})

test('of what came by, no more is held than twice as much as wanted', () => {
  const largest = createLargest(5)
  const seen = new Set<number>()
  for (let index = 0; index < 10_000; index++) {
    largest.offer(`${index}`, (index * 7919) % 10_007)
    seen.add(largest.all().length)
  }

  expect(Math.max(...seen)).toBe(5)
  // A size below the smallest that is held can be passed over unnamed.
  expect(largest.mayHold(9_000)).toBe(false)
  expect(largest.mayHold(10_007)).toBe(true)
})

function bySorting(most: number, all: readonly (readonly [name: string, size: number])[]) {
  const sizes = new Map<string, number>()
  for (const [name, size] of all) sizes.set(name, Math.max(size, sizes.get(name) ?? 0))
  return [...sizes]
    .map(([name, size]): Sized => ({ name, size }))
    .sort((one, other) => other.size - one.size || (one.name < other.name ? -1 : 1))
    .slice(0, most)
    .map(({ name, size }) => `${name} ${size}`)
}
