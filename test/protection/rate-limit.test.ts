import { beforeEach, describe, expect, test } from 'vitest'
import { createTokenBucket, type RateLimit } from '../../src/protection/rate-limit.ts'

let now = 0
let limit: RateLimit | undefined
let take: () => number | undefined

beforeEach(() => {
  now = 1_234.5
  limit = { intervalMilliseconds: 1_000, burst: 3 }
  take = createTokenBucket(
    () => limit,
    () => now,
  )
})

/** How many of these many requests are let through. */
function taken(count: number): number {
  return Array.from({ length: count }, take).filter((wait) => wait === undefined).length
}

describe('a bucket of three tokens, and one more each second,', () => {
  test('lets three through at once', () => {
    expect(taken(10)).toBe(3)
  })

  test('tells when there is one again', () => {
    taken(3)
    now += 250

    expect(take()).toBe(750)
  })

  test('lets one through after each second', () => {
    taken(3)
    for (let second = 0; second < 5; second += 1) {
      now += 1_000
      expect(taken(10)).toBe(1)
    }
  })

  test('counts what is turned away as nothing', () => {
    taken(1_000)
    now += 1_000

    expect(taken(10)).toBe(1)
  })

  test('is never fuller than full', () => {
    taken(3)
    now += 3_600_000

    expect(taken(10)).toBe(3)
  })

  test('stays as empty as it is when the file is read anew', () => {
    taken(3)
    limit = { intervalMilliseconds: 1_000, burst: 3 }

    expect(taken(10)).toBe(0)
  })

  test.each([
    ['another number', { intervalMilliseconds: 1_000, burst: 5 }],
    ['another interval', { intervalMilliseconds: 500, burst: 5 }],
  ])('is full with %s', (_name, other) => {
    taken(3)
    limit = other

    expect(taken(10)).toBe(5)
  })

  test('lets everybody through where there is no limit any more, and begins full with the next', () => {
    const before = limit
    taken(3)
    limit = undefined
    expect(taken(10)).toBe(10)
    limit = before

    expect(taken(10)).toBe(3)
  })
})
