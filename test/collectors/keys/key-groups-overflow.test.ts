import { describe, expect, test } from 'vitest'
import { type Database, groups, walk } from '../../support/key-groups-walk.ts'

describe('with more groups than are wanted', () => {
  const filled: Database = [
    ['a:1', 10],
    ['b:1', 30],
    ['c:1', 20],
    ['d:1', 5],
    ['d:2', 6],
  ]

  test('the smallest by memory are summed as overflow, and all are counted', async () => {
    expect(groups(await walk([filled], { most: 2 }))).toEqual({
      shown: ['b: 1, 30', 'c: 1, 20', 'overflow: 3, 21'],
      distinct: 4,
    })
  })

  test('none are wanted, so that all are summed as overflow', async () => {
    expect(groups(await walk([filled], { most: 0 }))).toEqual({
      shown: ['overflow: 5, 71'],
      distinct: 4,
    })
  })

  test('exactly as many as are wanted need no overflow', async () => {
    expect(groups(await walk([filled], { most: 4 })).shown).not.toContainEqual(
      expect.stringContaining('overflow'),
    )
  })

  test.each([
    ['among the largest', 100, ['overflow: 5, 141', 'b: 1, 30']],
    ['among the others', 1, ['b: 1, 30', 'c: 1, 20', 'overflow: 4, 22']],
  ])('a group that is called overflow, %s, goes together with it', async (_, bytes, shown) => {
    const result = await walk([[...filled, ['overflow:1', bytes]]], { most: 2 })

    const sum = groups(result)
    expect(sum).toEqual({ shown, distinct: 5 })
    expect(result.leftOut).toBe(0)
  })
})

test('a group that is called overflow stands for itself where there is no other', async () => {
  expect(groups(await walk([[['overflow:1', 7]]]))).toEqual({
    shown: ['overflow: 1, 7'],
    distinct: 1,
  })
})

describe('with room for few series', () => {
  const filled: Database = [
    ['a:1', 10],
    ['b:1', 30],
    ['c:1', 20],
  ]

  test('overflow takes in the groups that have none, and their series are counted', async () => {
    const result = await walk([filled], { room: 5 })

    expect(groups(result)).toEqual({ shown: ['b: 1, 30', 'overflow: 2, 30'], distinct: 3 })
    expect(result.leftOut).toBe(4)
  })

  test.each([0, -1, 1, 2])('no more than %i series are given', async (room) => {
    const { samples, leftOut } = await walk([filled], { room, databases: 1 })
    const ofDatabase = samples.filter(({ labels }) => labels.db !== undefined)

    expect(ofDatabase).toHaveLength(Math.max(0, room))
    expect(leftOut).toBe(9 - ofDatabase.length)
  })
})

test('groups that memory is not set aside for go into overflow, which is told', async () => {
  const long = 'x'.repeat(512 * 1024)
  const filled = Array.from({ length: 80 }, (_, index) => [`${index}${long}`, 2] as const)
  const result = await walk([[...filled, ['a', 4]]], { patterns: ['^(.+)$'], most: 1 })

  expect(groups(result)).toEqual({ shown: ['a: 1, 4', 'overflow: 80, 160'], distinct: 64 })
  expect(result.leftOut).toBe(2)
})
