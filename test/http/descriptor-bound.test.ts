import { describe, expect, test } from 'vitest'
import { createDescriptorBound } from '../../src/http/descriptor-bound.ts'

const limits = (
  soft: string,
) => `Limit                     Soft Limit           Hard Limit           Units
Max cpu time              unlimited            unlimited            seconds
Max open files            ${soft.padEnd(20)} 1048576              files
`
const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index))

describe.each([
  ['30', 25],
  ['64', 56],
  ['256', 224],
  ['1024', 960],
  ['1048576', 1_048_512],
])('of %s descriptors', (soft, usable) => {
  test(`clients and all else may have ${usable}`, () => {
    const bound = createDescriptorBound({
      limits: () => limits(soft),
      open: () => [...numbers(20), '2000000'],
    })

    // Two of the twenty are clients.
    expect(bound(usable, 2)).toBe(usable - 18)
  })
})

test('there is no bound while the newest client has a low one', () => {
  const open = () => {
    throw new Error('not to be counted')
  }
  const bound = createDescriptorBound({ limits: () => limits('1024'), open })

  expect(bound(479, 100)).toBe(Infinity)
})

test('one client there may be at least', () => {
  const bound = createDescriptorBound({ limits: () => limits('30'), open: () => numbers(30) })

  expect(bound(29, 2)).toBe(1)
})

test('they are counted at most once a second', () => {
  let now = 0
  let count = 20
  const open = () => numbers(count)
  const bound = createDescriptorBound({ limits: () => limits('30'), open }, () => now)
  const first = bound(20, 0)
  count = 24
  now = 999
  const second = bound(20, 0)
  now = 1_000

  expect([first, second, bound(20, 0)]).toEqual([5, 5, 1])
})

test('where there is none left to count them with, all are taken to be in use', () => {
  const open = () => {
    throw Object.assign(new Error('too many open files'), { code: 'EMFILE' })
  }
  const bound = createDescriptorBound({ limits: () => limits('30'), open })

  expect(bound(29, 8)).toBe(3)
})

test.each([
  ['no limit is told', () => limits('unlimited')],
  [
    'nothing is told',
    () => {
      throw Object.assign(new Error('no such file'), { code: 'ENOENT' })
    },
  ],
])('where %s there is no bound', (_name, told) => {
  const bound = createDescriptorBound({ limits: told, open: () => numbers(5_000) })

  expect(bound(5_000, 5_000)).toBe(Infinity)
})
