import { describe, expect, test } from 'vitest'
import {
  bytesText,
  countText,
  durationText,
  momentText,
  orUnknown,
  percentText,
  rateText,
  shortened,
} from '../../../src/http/pages/units.ts'

test.each([
  [0, '0 B'],
  [1_023, '1023 B'],
  [1_536, '1.5 KiB'],
  [50_400_000, '48.1 MiB'],
  [3 * 2 ** 40, '3 TiB'],
])('%d bytes are %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text)
})

test.each([
  [0, '0'],
  [999, '999'],
  [12_345, '12,345'],
  [812_345, '812 k'],
  [1_234_567, '1.23 M'],
])('the count %d is %s', (count, text) => {
  expect(countText(count)).toBe(text)
})

test.each([
  [0, '0 /s'],
  [0.52, '0.5 /s'],
  [1_234.4, '1,234 /s'],
])('%d in a second are %s', (rate, text) => {
  expect(rateText(rate)).toBe(text)
})

test.each([
  [0, '0 s'],
  [0.0000042, '4.2 µs'],
  [0.00034, '340 µs'],
  [0.0042, '4.2 ms'],
  [0.25, '250 ms'],
  [3.14, '3.1 s'],
  [42, '42 s'],
  [60, '1 min'],
  [75, '1 min 15 s'],
  [7_500, '2 h 5 min'],
  [7_205, '2 h'],
  [90_000, '1 d 1 h'],
  [86_400 * 1_000, '1,000 d'],
])('%d seconds are %s', (seconds, text) => {
  expect(durationText(seconds)).toBe(text)
})

test.each([
  [0, '0 %'],
  [0.1234, '12.3 %'],
  [0.9999, '99.9 %'],
  [1, '100 %'],
])('the ratio %d is %s: 100 %% is all of it', (ratio, text) => {
  expect(percentText(ratio)).toBe(text)
})

test('a moment is told by the clock of the world', () => {
  expect(momentText(Date.UTC(2026, 10, 26, 5, 4, 3))).toBe('2026-11-26 05:04:03')
})

describe('what is not known', () => {
  test.each([undefined, Number.NaN])('%s is a dash', (value) => {
    expect(orUnknown(value, String)).toBe('–')
  })

  test('is not 0', () => {
    expect(orUnknown(0, String)).toBe('0')
  })
})

test('a long text is shown by its begin and its end', () => {
  expect(shortened('short')).toBe('short')
  const text = shortened(`begin${'x'.repeat(5_000)}end`)
  expect(text).toMatch(/^beginx+…x+end$/)
  expect(text).toHaveLength(160)
})

test.each([
  ['turned\u202earound', String.raw`turned\u{202e}around`],
  ['no\u200bthing', String.raw`no\u{200b}thing`],
  ['nul\0', String.raw`nul\u{0}`],
  ['two\nlines', String.raw`two\u{a}lines`],
  ['half \ud83d', String.raw`half \u{d83d}`],
  ['whole \u{1f600} שלום', 'whole \u{1f600} שלום'],
])('what nobody sees in %j is shown', (text, shown) => {
  expect(shortened(text)).toBe(shown)
})

test('no character is cut in two', () => {
  expect(shortened(`${'x'.repeat(139)}${'\u{1f600}'.repeat(40)}`)).toBe(
    `${'x'.repeat(139)}…${'\u{1f600}'.repeat(9)}`,
  )
})
