import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dividedBy, readField, readNumber, readPercentage } from '../../src/metrics/read-value.ts'

describe('a number', () => {
  test.each([
    ['0', 0],
    ['-1', -1],
    ['+7', 7],
    ['007', 7],
    ['1.18', 1.18],
    ['.5', 0.5],
    ['5.', 5],
    ['1e3', 1000],
    ['2.5E-3', 0.0025],
    ['18446744073709551615', 2 ** 64],
    ['inf', Infinity],
    ['+inf', Infinity],
    ['-inf', -Infinity],
    ['nan', Number.NaN],
    ['-nan', Number.NaN],
  ])('%s is read as %d', (text, value) => {
    expect(readNumber(text)).toBe(value)
  })

  test.each([
    '',
    ' ',
    ' 7',
    '7 ',
    '7\n',
    '1,5',
    '1_000',
    '0x10',
    '0b1',
    '1e',
    'e3',
    '.',
    '+',
    '--1',
    '1.2.3',
    '100.00%',
    '2.00M',
    'Infinity',
    'NaN',
    'INF',
    'ok',
    'true',
    'null',
    '१',
  ])('%j is none', (text) => {
    expect(readNumber(text)).toBeUndefined()
  })

  test.each([
    ['20,000 digits and a letter', `${'1'.repeat(20_000)}x`],
    ['more characters than any number has', `0.${'0'.repeat(400)}`],
    ['more than the largest number', '1e999'],
  ])('%s are none', (_what, text) => {
    expect(readNumber(text)).toBeUndefined()
    expect(readField(text)).toBeUndefined()
  })

  test('as long as the longest that a server prints is read', () => {
    const largest = `${BigInt(Number.MAX_VALUE)}.000000`

    expect(readNumber(largest)).toBe(Number.MAX_VALUE)
  })

  test('of any kind is read back from what is printed of it', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(readNumber(String(value))).toBe(value === 0 ? Number(String(value)) : value)
      }),
    )
  })

  test('is NaN only where the server wrote nan', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[-+.e0-9naif]*$/)), (text) => {
        fc.pre(!/^-?nan$/.test(text))

        expect(readNumber(text)).not.toBeNaN()
      }),
    )
  })
})

describe('a field', () => {
  test.each([
    ['ok', 1],
    ['true', 1],
    ['err', 0],
    ['fail', 0],
    ['false', 0],
    ['12.5', 12.5],
    ['nan', Number.NaN],
  ])('%s is read as %d', (text, value) => {
    expect(readField(text)).toBe(value)
  })

  test.each(['', 'OK', 'ok ', 'yes', 'no', 'up', 'online', 'constructor', '__proto__'])(
    '%j is no value',
    (text) => {
      expect(readField(text)).toBeUndefined()
    },
  )
})

test('a smaller unit is divided into the base unit', () => {
  expect(dividedBy(1e6)('1094')).toBe(0.001094)
})

test('what is no number stays none when divided', () => {
  expect(dividedBy(1e3)('ok')).toBeUndefined()
})

test.each([
  ['64.23%', 0.6423],
  ['100.00%', 1],
  ['37.50', 0.375],
  ['101.85%', 1.0185],
  ['-nan%', Number.NaN],
  ['inf', Infinity],
])('the percentage %s is read as the ratio %d', (text, ratio) => {
  expect(readPercentage(text)).toBe(ratio)
})

test.each(['', '%', '5 %', 'ok', '%5', '5%%'])('%j is no percentage', (text) => {
  expect(readPercentage(text)).toBeUndefined()
})
