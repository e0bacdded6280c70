import { beforeEach, expect, test } from 'vitest'
import { createHeldBytes, type HeldShare } from '../../src/poller/held-bytes.ts'

let one: HeldShare
let other: HeldShare

beforeEach(() => {
  const held = createHeldBytes(100)
  one = held.share()
  other = held.share()
})

test('all together hold as much as they may, and no more', () => {
  expect([one.take('poll', 60), other.take('poll', 40), one.take('walk', 1)]).toEqual([
    true,
    true,
    false,
  ])
})

test('what comes in the place of something counts in its place', () => {
  one.take('poll', 60)

  expect(one.take('poll', 100)).toBe(true)
  expect(other.take('poll', 1)).toBe(false)
})

test('whoever is refused holds what it held before', () => {
  one.take('poll', 60)
  other.take('poll', 30)

  expect(other.take('poll', 50)).toBe(false)
  expect(one.take('poll', 71)).toBe(false)
  expect(one.take('poll', 70)).toBe(true)
})

test('what is smaller than before is never refused', () => {
  one.take('poll', 100)

  expect(one.take('poll', 90)).toBe(true)
  expect(other.take('poll', 10)).toBe(true)
})

test('what is there for each does not count among what all hold', () => {
  const held = createHeldBytes(100, 10)
  const [first, second] = [held.share(), held.share()]
  expect(first.take('poll', 110)).toBe(true)

  expect([second.take('poll', 10), second.take('walk', 1)]).toEqual([true, false])

  first.take('poll', 60)
  expect(second.take('walk', 50)).toBe(true)
})

test('whoever leaves makes room for all that it held, once', () => {
  one.take('poll', 50)
  one.take('walk', 50)
  one.leave()
  one.leave()

  expect(other.take('poll', 100)).toBe(true)
  expect(one.take('poll', 1)).toBe(false)
})
