import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromBinary, isAscii, toBinary } from '../../src/keyspace/binary-text.ts'
import { anyCharacter } from '../support/any-character.ts'

describe.each([
  ['', ''],
  ['user:1', 'user:1'],
  ['\0\t\n\x7f', '\0\t\n\x7f'],
  ['\u0080', '\xc2\x80'],
  ['ä', '\xc3\xa4'],
  ['€', '\xe2\x82\xac'],
  ['😀', '\xf0\x9f\x98\x80'],
  ['a\u2028ä', 'a\xe2\x80\xa8\xc3\xa4'],
  ['\ufeffa', '\xef\xbb\xbfa'],
])('the text %j', (text, binary) => {
  test('becomes the bytes of its UTF-8', () => {
    expect(toBinary(text)).toBe(binary)
  })

  test('is read back from them', () => {
    expect(fromBinary(binary)).toBe(text)
  })
})

test('half a character becomes the bytes of U+FFFD', () => {
  expect(toBinary('a\ud83d')).toBe('a\xef\xbf\xbd')
})

test.each([
  ['\xff', '\ufffd'],
  ['a\xc3', 'a\ufffd'],
  ['\xc3(', '\ufffd('],
  ['\xed\xa0\x80', '\ufffd\ufffd\ufffd'],
])('the bytes %j, which are no UTF-8, are read as %j', (binary, text) => {
  expect(fromBinary(binary)).toBe(text)
})

test('any text has one character for each byte, and is read back', () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter }), (text) => {
      const binary = toBinary(text)

      expect(binary.length).toBe(Buffer.byteLength(text))
      expect(Buffer.from(binary, 'latin1')).toEqual(Buffer.from(text))
      expect(fromBinary(binary)).toBe(text)
    }),
  )
})

test.each([
  ['', true],
  ['user:1\0\x7f', true],
  ['\x80', false],
  ['a\nä', false],
  ['€', false],
])('whether %j is ASCII: %s', (text, expected) => {
  expect(isAscii(text)).toBe(expected)
})
