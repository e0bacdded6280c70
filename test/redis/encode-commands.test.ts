import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Command } from '../../src/redis/command.ts'
import { encodeCommands } from '../../src/redis/encode-commands.ts'
import { commandReader } from '../support/resp.ts'

const encoded = (...commands: readonly Command[]) => encodeCommands(commands).toString('latin1')

test('commands are arrays of words with their lengths', () => {
  expect(encoded(['GET', 'key'], ['PING'])).toBe(
    '*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n*1\r\n$4\r\nPING\r\n',
  )
})

test('they hold any bytes: a character is one byte', () => {
  expect(encoded(['TYPE', '\xff\0\r\n'])).toBe('*2\r\n$4\r\nTYPE\r\n$4\r\n\xff\0\r\n\r\n')
})

test.each([0, 1, 9, 10, 64, 65, 99, 100, 999, 1000, 123_456])(
  'a word may have %d bytes',
  (length) => {
    expect(encoded(['TYPE', 'x'.repeat(length)])).toBe(
      `*2\r\n$4\r\nTYPE\r\n$${length}\r\n${'x'.repeat(length)}\r\n`,
    )
  },
)

test.each([1, 10, 12, 1000])('a command may have %d words', (count) => {
  const words = Array.from({ length: count - 1 }, () => 'a')

  expect(encoded(['MGET', ...words])).toBe(
    `*${count}\r\n$4\r\nMGET\r\n${'$1\r\na\r\n'.repeat(count - 1)}`,
  )
})

test('a server reads what was meant', () => {
  const word = fc.string({
    unit: fc.integer({ min: 0, max: 127 }).map((n) => String.fromCharCode(n)),
    maxLength: 100,
  })
  fc.assert(
    fc.property(
      fc.array(fc.array(word, { minLength: 1, maxLength: 12 }), { maxLength: 20 }),
      (commands) => {
        expect(commandReader()(encodeCommands(commands as unknown as Command[]))).toEqual(commands)
      },
    ),
  )
})

test('no command is no byte', () => expect(encodeCommands([])).toHaveLength(0))
