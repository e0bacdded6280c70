import { expect, test } from 'vitest'
import { fitsSocket } from '../../src/targets/socket-path.ts'

test.each([
  ['the most that the kernel takes', `/${'x'.repeat(106)}`, true],
  ['a byte more', `/${'x'.repeat(107)}`, false],
  ['the same in letters of two bytes', `/${'ü'.repeat(53)}`, true],
  ['a letter more of them', `/${'ü'.repeat(54)}`, false],
])('a path of a socket may be %s: %s', (_, path, fits) => {
  expect(fitsSocket(path)).toBe(fits)
})
