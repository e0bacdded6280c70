import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { combineChecksums } from '../../src/metrics/crc32-combine.ts'

test('the checksum of any two texts in a row follows from theirs, as zlib has it', () => {
  const bytes = fc.uint8Array({ maxLength: 1000 })
  fc.assert(
    fc.property(bytes, bytes, (first, second) => {
      expect(combineChecksums(crc32(first), crc32(second), second.length)).toBe(
        crc32(Buffer.concat([first, second])),
      )
    }),
  )
})

test.each([1, 255, 65_536, 262_143, 262_144, 10_000_000])(
  'the second text may have %i bytes',
  (length) => {
    const [first, second] = [Buffer.from('redis_up 1\n'), Buffer.alloc(length, 'redis\0ü')]

    expect(combineChecksums(crc32(first), crc32(second), length)).toBe(crc32(second, crc32(first)))
  },
)

test('an empty text changes nothing, on either side', () => {
  const checksum = crc32('redis_up 1\n')

  expect(combineChecksums(checksum, 0, 0)).toBe(checksum)
  expect(combineChecksums(0, checksum, 11)).toBe(checksum)
})

// Beyond what a test can allocate: joined in another order, the result must be the same.
test('lengths beyond 4 GiB count in full', () => {
  const [a, b, c] = [0x12345678, 0x9abcdef0, 0x0f1e2d3c]
  const [lengthB, lengthC] = [5 * 2 ** 32 + 3, 7 * 2 ** 33 + 1]

  expect(combineChecksums(combineChecksums(a, b, lengthB), c, lengthC)).toBe(
    combineChecksums(a, combineChecksums(b, c, lengthC), lengthB + lengthC),
  )
  expect(combineChecksums(a, b, lengthB)).not.toBe(combineChecksums(a, b, 3))
})
