import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createGroupSums } from '../../src/keyspace/group-sums.ts'

/** Sums of keys, each given as its group and its bytes. */
function sumsOf(keys: readonly (readonly [name: string, bytes: number])[], room?: number) {
  const sums = createGroupSums(room)
  for (const [name, bytes] of keys) sums.add(name, bytes)
  return sums
}

test('keys are counted and summed by group', async () => {
  const sums = sumsOf([
    ['user', 50],
    ['order', 70],
    ['user', 60],
  ])

  expect(sums.size()).toBe(2)
  expect((await sums.split(2)).largest).toEqual([
    { name: 'user', count: 2, bytes: 110 },
    { name: 'order', count: 1, bytes: 70 },
  ])
})

describe('the largest groups are', () => {
  test.each([
    [
      'those of most memory',
      [
        ['a', 1],
        ['b', 3],
        ['c', 2],
      ],
      ['b', 'c'],
    ],
    [
      'of equal memory those of fewer keys',
      [
        ['a', 1],
        ['a', 2],
        ['b', 3],
        ['c', 9],
      ],
      ['c', 'b'],
    ],
    [
      'of the rest those whose name comes first',
      [
        ['c', 1],
        ['a', 1],
        ['b', 1],
      ],
      ['a', 'b'],
    ],
    [
      'by the bytes of the name',
      [
        ['\xff', 1],
        ['z', 1],
        ['Z', 1],
      ],
      ['Z', 'z'],
    ],
  ] as const)('%s', async (_, keys, names) => {
    const { largest } = await sumsOf(keys).split(2)

    expect(largest.map(({ name }) => name)).toEqual(names)
  })
})

test('all others are summed', async () => {
  const { rest } = await sumsOf([
    ['a', 100],
    ['b', 7],
    ['c', 8],
    ['b', 9],
  ]).split(1)

  expect(rest).toEqual({ count: 3, bytes: 24 })
})

test('there is no rest where there are not more groups than asked for', async () => {
  expect((await sumsOf([['a', 100]]).split(1)).rest).toEqual({ count: 0, bytes: 0 })
})

test('whatever the keys, nothing is lost and the largest are those of a full sort', async () => {
  const key = fc.tuple(fc.string({ maxLength: 2 }), fc.nat(5))
  await fc.assert(
    fc.asyncProperty(fc.array(key, { maxLength: 60 }), fc.nat(8), async (keys, most) => {
      const sums = sumsOf(keys)
      const all = [...(await sums.split(sums.size())).largest]
      const { largest, rest } = await sums.split(most)

      all.sort((a, b) => b.bytes - a.bytes || a.count - b.count || (a.name < b.name ? -1 : 1))
      const names = (groups: typeof all) => new Set(groups.map(({ name }) => name))
      expect(names([...largest])).toEqual(names(all.slice(0, most)))
      const bytes = keys.reduce((sum, [, more]) => sum + more, 0)
      expect(largest.reduce((sum, one) => sum + one.count, rest.count)).toBe(keys.length)
      expect(largest.reduce((sum, one) => sum + one.bytes, rest.bytes)).toBe(bytes)
    }),
  )
})

test('of very many groups the largest are found, and others have their turn meanwhile', async () => {
  const sums = createGroupSums()
  for (let index = 0; index < 100_000; index += 1) sums.add(`group:${index}`, index)
  let turns = 0
  const timer = setInterval(() => {
    turns += 1
  }, 0)
  const { largest, rest } = await sums.split(2)
  clearInterval(timer)

  expect(largest.map(({ name }) => name)).toEqual(['group:99999', 'group:99998'])
  expect(rest.count).toBe(99_998)
  expect(turns).toBeGreaterThan(2)
})

test('groups beyond what memory is set aside for are not told apart, and not lost', async () => {
  const room = 2 * (128 + 1)
  const sums = sumsOf(
    [
      ['a', 1],
      ['b', 2],
      ['c', 4],
      ['d', 8],
      ['a', 16],
    ],
    room,
  )

  expect(sums.size()).toBe(2)
  expect(sums.crowdedOut()).toBe(2)
  expect(await sums.split(5)).toEqual({
    largest: [
      { name: 'a', count: 2, bytes: 17 },
      { name: 'b', count: 1, bytes: 2 },
    ],
    rest: { count: 2, bytes: 12 },
  })
})

test('a long name takes as much room as it is long', () => {
  const sums = sumsOf(
    [
      ['x'.repeat(1000), 1],
      ['a', 1],
    ],
    1000,
  )

  expect(sums.size()).toBe(1)
  expect(sums.crowdedOut()).toBe(1)
})
