import { expect, test } from 'vitest'
import { endOfText } from '../../src/redis/end-of-text.ts'

const endIn = (bytes: string, start = 0) => endOfText(Buffer.from(bytes, 'latin1'), start)

test.each([
  ['$5\r\nhello\r\n', 11],
  ['$0\r\n\r\n', 6],
  ['$4\r\n\r\n\xff\0\r\n', 10],
  ['$1\r\na\r\n$1\r\nb\r\n', 7],
  [`$1000\r\n${'x'.repeat(1000)}\r\n`, 1009],
])('%j ends behind its line end', (bytes, end) => expect(endIn(bytes)).toBe(end))

test('a text may begin anywhere in a chunk', () => {
  expect(endIn('*2\r\n$1\r\na\r\n:1\r\n', 4)).toBe(11)
})

test.each([
  ['another type', ':5\r\n'],
  ['what is not there', '$-1\r\n'],
  ['a length without digits', '$\r\n\r\n'],
  ['a length with something else in it', '$1x\r\na\r\n'],
  ['a length that is cut off', '$1'],
  ['a line end that is cut off', '$1\r'],
  ['a body that is cut off', '$5\r\nhell'],
  ['a body without its line end', '$5\r\nhello'],
  ['half a line end behind the body', '$5\r\nhello\r'],
  ['a longer body than was said', '$4\r\nhello\r\n'],
  ['a wrong line end behind the length', '$1\n\ra\r\n'],
  ['a length of many digits', `$00000001\r\na\r\n`],
  ['nothing', ''],
])('%s is left to others', (_name, bytes) => expect(endIn(bytes)).toBeLessThan(0))
