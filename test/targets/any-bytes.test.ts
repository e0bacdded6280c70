import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesOfText, textOfBytes } from '../../src/targets/any-bytes.ts'

describe('bytes are read as a text', () => {
  test.each([
    ['of ASCII', 'hunter2', 'hunter2'],
    ['of UTF-8', 'p\xc3\xa4ss \xf0\x9f\x92\x80', 'päss \u{1f480}'],
    ['with half a character for each that is no UTF-8', 'p\xff\xfe\xe9w', 'p\udcff\udcfe\udce9w'],
    ['with UTF-8 beside it', '\xc3\xa4\xc3\xff', 'ä\udcc3\udcff'],
    ['with what looks like half a character', '\xed\xb2\x80', '\udced\udcb2\udc80'],
    ['with the mark at its begin', '\xef\xbb\xbfp', '\ufeffp'],
  ])('%s', (_case, binary, text) => {
    expect(textOfBytes(Buffer.from(binary, 'latin1'))).toBe(text)
  })
})

test('whatever bytes are read as a text are what is written of it', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (array) => {
      const bytes = Buffer.from(array)

      expect(bytesOfText(textOfBytes(bytes))).toEqual(bytes)
    }),
  )
})

test('any text is written as UTF-8, also where it holds the same half within a character', () => {
  expect(bytesOfText('\u{1f480}ä')).toEqual(Buffer.from('\u{1f480}ä'))
})

test('half a character that stands for no byte becomes the bytes of U+FFFD', () => {
  expect(bytesOfText('a\ud83d\udc7f\ud83d')).toEqual(Buffer.from('a\ud83d\udc7f\ufffd'))
})
