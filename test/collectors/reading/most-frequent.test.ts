import { expect, test } from 'vitest'
import { countOne, mostFrequent } from '../../../src/collectors/reading/most-frequent.ts'

const counted = (counts: Readonly<Record<string, number>>, most: number) => [
  ...mostFrequent(new Map(Object.entries(counts)), most),
]

test.each<[string, Readonly<Record<string, number>>, number, readonly [string, number][]]>([
  ['none is none', {}, 2, []],
  [
    'what has room is told, largest first',
    { a: 1, b: 3 },
    2,
    [
      ['b', 3],
      ['a', 1],
    ],
  ],
  [
    'the rest is summed',
    { a: 1, b: 3, c: 2, d: 1 },
    2,
    [
      ['b', 3],
      ['c', 2],
      ['other', 2],
    ],
  ],
  [
    'names as frequent come by their letters',
    { d: 1, a: 1, c: 1 },
    2,
    [
      ['a', 1],
      ['c', 1],
      ['other', 1],
    ],
  ],
  [
    'what is called other is summed with the rest',
    { other: 5, a: 4, b: 1 },
    2,
    [
      ['other', 6],
      ['a', 4],
    ],
  ],
  [
    'what is called other alone stays',
    { other: 1, a: 4 },
    2,
    [
      ['a', 4],
      ['other', 1],
    ],
  ],
])('%s', (_case, counts, most, expected) => {
  expect(counted(counts, most)).toEqual(expected)
})

test('one more of a name is one more', () => {
  const counts = new Map([['a', 1]])
  for (const name of ['a', 'b']) countOne(counts, name)

  expect([...counts]).toEqual([
    ['a', 2],
    ['b', 1],
  ])
})
