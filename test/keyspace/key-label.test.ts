import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toBinary } from '../../src/keyspace/binary-text.ts'
import { keyHash, keyLabel, showNames, shownKey } from '../../src/keyspace/key-label.ts'
import { anyCharacter } from '../support/any-character.ts'

const anyKey = fc
  .tuple(
    fc.constantFrom(0, 0, 509, 510, 511, 600),
    fc.oneof(
      fc.string({ unit: fc.constantFrom(...'ax#f\\\xff\xc3\xa4\xed\xa0', '\xe2\x80\xa6') }),
      fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('latin1')),
      fc.string({ unit: anyCharacter }).map(toBinary),
    ),
  )
  .map(([length, end]) => 'a'.repeat(length) + end)

describe('text is shown as it is', () => {
  test.each([
    '',
    'user:1',
    'with "quotes", \\ and\nnewline',
    '\0\r\t\x1b\x7f',
    'käse€😀',
    '\u2028\ufeff\ufffd\ufffe',
    '\\xff',
    'user#0123456789abcdef',
    'more…#0123456789ABCDEF',
    'a'.repeat(512),
    'ä'.repeat(256),
  ])('%j', (text) => {
    expect(keyLabel(toBinary(text))).toBe(text)
  })
})

// The digits are those that `printf '\xff' | sha256sum` and so on print.
describe('bytes that are no UTF-8 are escaped, and a hash follows', () => {
  test.each([
    ['\xff', '\\xff#a8100ae6aa1940d0'],
    ['a\x80b', 'a\\x80b#dd8c0688f7b2a716'],
    ['k\xc3\xa4se\xc3', 'käse\\xc3#acd3db0cb3ee9494'],
    ['\xe4\xc3\xa4', '\\xe4ä#1540cfbafc161a66'],
    ['\xc0\xaf', '\\xc0\\xaf#caf573f0daa6960e'],
    ['\xe0\x80\xaf', '\\xe0\\x80\\xaf#c1c020b08264a9ef'],
    ['\xed\xa0\x80', '\\xed\\xa0\\x80#91a681b998555fb4'],
    ['\xf0\x8f\xbf\xbf', '\\xf0\\x8f\\xbf\\xbf#ce25a90616f16502'],
    ['\xf4\x90\x80\x80', '\\xf4\\x90\\x80\\x80#fb16995ef3b5d7c2'],
    ['\xf0\x9f\x98', '\\xf0\\x9f\\x98#b38af6aef10b9620'],
    ['\xf8\x88\x80\x80\x80', '\\xf8\\x88\\x80\\x80\\x80#c0569cef7287222a'],
    ['\0\n\xff', '\0\n\\xff#a0956176ad28cadf'],
  ])('%j', (key, expected) => {
    expect(keyLabel(key)).toBe(expected)
  })
})

describe('a key of more than 512 bytes is cut where a character ends, and a hash follows', () => {
  test.each([
    ['a'.repeat(513), 'a'.repeat(512)],
    [toBinary('ä'.repeat(257)), 'ä'.repeat(256)],
    [toBinary(`a${'ä'.repeat(256)}`), `a${'ä'.repeat(255)}`],
    [toBinary(`${'a'.repeat(511)}€`), 'a'.repeat(511)],
    [toBinary(`${'a'.repeat(510)}€`), 'a'.repeat(510)],
    [toBinary(`${'a'.repeat(509)}€b`), `${'a'.repeat(509)}€`],
    [toBinary(`${'a'.repeat(509)}😀`), 'a'.repeat(509)],
    [toBinary(`${'a'.repeat(508)}😀b`), `${'a'.repeat(508)}😀`],
    [`\xff${'a'.repeat(512)}`, `\\xff${'a'.repeat(511)}`],
    [`${'a'.repeat(511)}\xc3\xff`, `${'a'.repeat(511)}\\xc3`],
    [`${'a'.repeat(511)}\xff\xff`, `${'a'.repeat(511)}\\xff`],
    ['a'.repeat(2 ** 20), 'a'.repeat(512)],
  ])('case %#', (key, shown) => {
    const label = keyLabel(key)

    expect(label.slice(0, -17)).toBe(`${shown}…`)
    expect(label.slice(-17)).toMatch(/^#[0-9a-f]{16}$/)
  })

  test('which is of all its bytes', () => {
    const [one, other] = ['b', 'c'].map((end) => keyLabel(`${'a'.repeat(600)}${end}`))

    expect(one).not.toBe(other)
  })
})

describe('labels are distinct', () => {
  test('from a key that reads like the label of another', () => {
    const labels = new Set<string>()
    for (const start of ['\xff', 'a'.repeat(513), 'a\\xff\xfe']) {
      let key = start
      for (let time = 0; time < 4; time++) {
        const label = keyLabel(key)
        expect(labels).not.toContain(label)
        labels.add(label)
        key = toBinary(label)
      }
    }
  })

  test('for any two keys', () => {
    const keys = fc.uniqueArray(anyKey, { minLength: 2 })

    fc.assert(
      fc.property(keys, (all) => {
        expect(new Set(all.map(keyLabel)).size).toBe(all.length)
      }),
    )
  })
})

describe('the label of any key', () => {
  test('can be encoded as UTF-8 and loses no byte unseen', () => {
    fc.assert(
      fc.property(anyKey, (key) => {
        const label = keyLabel(key)

        expect(label).not.toMatch(/\p{Surrogate}/u)
        expect(label.includes('\ufffd')).toBe(key.includes('\xef\xbf\xbd'))
      }),
    )
  })

  test('is short', () => {
    fc.assert(
      fc.property(anyKey, (key) => {
        expect(keyLabel(key).length).toBeLessThanOrEqual(4 * 512 + 18)
      }),
    )
  })
})

test.each(['17 apples', '\xff', 'a'.repeat(513)])('a value is treated like a key: %j', (value) => {
  expect(showNames({ hashKeyNames: false })(value)).toBe(keyLabel(value))
})

test.each([
  ['by its label', false, '\xc3\xa4', 'ä'],
  // As `printf ä | sha256sum` has it.
  [
    'by the beginning of its SHA-256, where names shall be hashed',
    true,
    '\xc3\xa4',
    '33e6d73fee82904c',
  ],
])('a key is shown %s', (_, hashKeyNames, key, shown) => {
  expect(shownKey(key, { hashKeyNames })).toBe(shown)
})

test('the hash of a key is that of its bytes, 16 digits of SHA-256', () => {
  // printf 'user:1' | sha256sum, and the same for the byte 0xff.
  expect(keyHash('user:1')).toBe('abc3a47b8ad18b85')
  expect(keyHash('\xff')).toBe('a8100ae6aa1940d0')
})
