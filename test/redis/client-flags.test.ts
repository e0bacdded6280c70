import { expect, test } from 'vitest'
import { clientFlags, knownFlags } from '../../src/redis/client-flags.ts'

test.each<[string, readonly string[]]>([
  ['N', ['normal']],
  ['S', ['replica']],
  ['O', ['monitor']],
  ['xPt', ['multi', 'pubsub', 'tracking']],
  ['bU', ['blocked', 'unix_socket']],
  ['', []],
  // Redis may come to have more; each client counts once however many there are.
  ['NZY', ['normal', 'other']],
])('the flags "%s" are %j', (letters, names) => {
  expect([...clientFlags(letters)]).toEqual(names)
})

test('each letter has a name of its own', () => {
  expect(new Set(knownFlags).size).toBe(knownFlags.length)
  expect(knownFlags).not.toContain('other')
})
