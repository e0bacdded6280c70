import { expect, test } from 'vitest'
import { createSeldom } from '../src/seldom.ts'

test('each kind is told once in a minute, with how many were left out since', () => {
  let now = 5
  const seldom = createSeldom({ monotonic: () => now })

  expect([seldom('a'), seldom('a'), seldom('b'), seldom('a')]).toEqual([0, undefined, 0, undefined])
  now += 60_000
  expect([seldom('a'), seldom('a')]).toEqual([2, undefined])
})
