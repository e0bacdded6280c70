import { expect, test } from 'vitest'
import { formatNumber, formatSpread, formatTable } from './table.ts'

test('columns are as wide as their widest cell, words to the left and numbers to the right', () => {
  const rows = [
    ['', 'ms'],
    ['a server', '7'],
    ['b', '1,234'],
  ]

  expect(formatTable(rows)).toEqual(['              ms', 'a server       7', 'b          1,234'])
})

test('a number has as many digits behind the point as asked for', () => {
  expect([formatNumber(1234.567), formatNumber(0.5, 2)]).toEqual(['1,235', '0.50'])
})

test('a spread shows the median first', () => {
  expect(formatSpread({ median: 2, min: 1, max: 3.04 }, 1)).toBe('2.0 (1.0-3.0)')
})
