import { format, inspect } from 'node:util'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { secret } from '../../src/targets/secret.ts'

const password = secret('hunter2')

function logged(fields: object, message = 'a line'): string {
  let line = ''
  pino({}, { write: (text: string) => (line += text) }).info(fields, message)
  return line
}

test('a secret tells itself to whoever asks for it', () => {
  expect(password.reveal()).toBe('hunter2')
})

test.each<[where: string, print: () => string]>([
  ['a template string', () => `${password}`],
  ['a concatenation', () => `the password: ${String(password)}`],
  ['a list put together', () => [password, password].join(',')],
  ['JSON', () => JSON.stringify({ password })],
  ['JSON by itself', () => JSON.stringify(password)],
  ['util.inspect', () => inspect(password)],
  [
    'util.inspect of what holds it',
    () => inspect({ deep: { deeper: { password } } }, { depth: 9 }),
  ],
  ['util.inspect that shows everything hidden', () => inspect({ password }, { showHidden: true })],
  ['util.format', () => format('%s %o %O %j', password, password, password, password)],
  ['an error', () => String(new Error(`wrong password ${password}`))],
  ['a line of the log', () => logged({ password })],
  ['a line of the log, deep down', () => logged({ options: { list: [{ password }] } })],
])('in %s it is masked', (_where, print) => {
  expect(print()).toContain('[secret]')
  expect(print()).not.toContain('hunter2')
})

test('its text is no property that one could come across', () => {
  const properties = Object.entries(Object.getOwnPropertyDescriptors(password))

  expect(properties.map(([name, { value }]) => [name, typeof value])).toEqual([
    ['reveal', 'function'],
    ['toString', 'function'],
    ['toJSON', 'function'],
  ])
})
