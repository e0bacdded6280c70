import { expect, test } from 'vitest'
import { trailBegin } from '../../src/walk/scan-trail.ts'
import { beginAt, leavePage } from '../../src/walk/walk-position.ts'

const further = { ...trailBegin, cursor: '7' }
const page = (keys: number, trail = further) => ({
  trail,
  keys: Array.from({ length: keys }, (_, index) => `key:${index}`),
  most: 100,
})

test('a database begins with nothing', () => {
  expect(beginAt(3, 10)).toMatchObject({ database: 3, named: 0, seen: 0, given: 0, scanned: false })
})

test('the keys that SCAN gave came by', () => {
  const position = beginAt(0, 1_000)
  leavePage(position, page(4), undefined)
  leavePage(position, page(5), undefined)

  expect(position).toMatchObject({ seen: 9, given: 9, trail: further, page: undefined })
})

test('of keys that the server chose, those that it passed over came by as well', () => {
  const position = beginAt(0, 150)
  leavePage(position, page(4), 150)
  expect(position).toMatchObject({ seen: 100, given: 4 })

  // There are no more than that.
  leavePage(position, page(5), 150)
  expect(position).toMatchObject({ seen: 150, given: 9, scanned: false })
})

test('at the end all of them did', () => {
  const position = beginAt(0, 1_000)
  leavePage(position, page(4, { ...further, cursor: '0' }), 1_000)

  expect(position).toMatchObject({ seen: 1_000, scanned: true })
})
