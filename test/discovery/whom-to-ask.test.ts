import { describe, expect, test } from 'vitest'
import { nextToAsk } from '../../src/discovery/whom-to-ask.ts'

const nodes = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ address: `${index}` }))

const named = (all: readonly { readonly address: string }[]) => all.map(({ address }) => address)

test('of a small cluster all are asked, the one that was believed last first', () => {
  const { first, others } = nextToAsk(nodes(6), '3', 0)

  expect(named(first)).toEqual(['3', '0', '1', '2', '4', '5'])
  expect(others).toEqual([])
})

describe('of a large cluster', () => {
  test.each([
    [17, 16],
    [100, 16],
    [200, 8],
    [1_000, 3],
  ])('with %i nodes %i are asked', (count, expected) => {
    expect(nextToAsk(nodes(count), 'none', 0).first).toHaveLength(expected)
  })

  test('every one comes by turns', () => {
    const seen = new Set<string>()
    let turn = 0
    for (let times = 0; times < 500; times++) {
      const { first, nextTurn } = nextToAsk(nodes(1_000), '7', turn)
      turn = nextTurn
      for (const name of named(first)) seen.add(name)
    }

    expect(seen.size).toBe(1_000)
  })

  test('others are named for when none of these answers', () => {
    const { first, others } = nextToAsk(nodes(1_000), '7', 0)

    expect(others).toHaveLength(16)
    expect(named(others).filter((name) => named(first).includes(name))).toEqual([])
  })
})
