import { describe, expect, test } from 'vitest'
import { anyDuration, goInteger } from '../../src/options/go-forms.ts'

describe('an integer of a flag of Go', () => {
  const { read } = goInteger(1, 100_000)

  test.each([
    ['1', 1],
    ['1000', 1000],
    ['+5', 5],
    ['1_000', 1000],
    ['0x400', 1024],
    ['0X_4_0', 64],
    ['0b11', 3],
    ['0B1_1', 3],
    ['0o17', 15],
    ['0O17', 15],
    ['017', 15],
    ['0_17', 15],
    ['+0x10', 16],
  ])('is read in the form %s', (text, value) => {
    expect(read(text)).toBe(value)
  })

  test.each(['100001', '1000000', '0xFFFFFFFF', '9223372036854775807'])(
    'counts as the most that is of use where it is more: %s',
    (text) => {
      expect(read(text)).toBe(100_000)
    },
  )

  test.each([
    ...['', ' ', '0', '-5', '1.5', '1e3', '1 000', ' 1', '1\n', '1__000', '_1', '1_', '0x', '0x_'],
    ...['0b2', '0o8', '09', '0xg', '++1', '0x+1', 'ten', '9223372036854775808', '9'.repeat(1000)],
  ])('is refused as %j', (text) => {
    expect(read(text)).toBeUndefined()
  })

  test('may be 0 where that is the least', () => {
    expect(['0', '+0', '00', '0x0'].map(goInteger(0, 9).read)).toEqual([0, 0, 0, 0])
  })
})

describe('a duration that changes nothing', () => {
  test.each([
    ...['0', '0s', '15s', '2h', '24h', '1.5h', '1h2m3.5s', '.5s', '5.s', '500us', '1µs', '1μs'],
    ...['1ns', '+5s', '-5s', '1s1s', '1ms1h', '15', '0.5'],
  ])('is accepted as %s', (text) => {
    expect(anyDuration.read(text)).toBe(text)
  })

  test.each(['', 's', '.s', '1d', '1 s', '15S', '1e3s', '--1s', '-15', '1s\n'])(
    'is refused as %j',
    (text) => {
      expect(anyDuration.read(text)).toBeUndefined()
    },
  )
})
