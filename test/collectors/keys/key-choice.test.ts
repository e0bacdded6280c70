import { describe, expect, test } from 'vitest'
import { chooseKeys, mayLookAtKeys, notYetGiven } from '../../../src/collectors/keys/key-choice.ts'
import { parseInfo } from '../../../src/redis/info.ts'
import { serverInfo } from '../../../src/redis/server-info.ts'
import { defaultSettings } from '../../support/default-settings.ts'

const of = (database: number, ...patterns: readonly string[]) =>
  patterns.map((pattern) => ({ database, pattern }))

describe('a walk of a database', () => {
  test('is asked for its own patterns, and visits keys without a wildcard by name', () => {
    const choose = chooseKeys([...of(0, 'user:*', 'total'), ...of(3, 'job:?')])

    expect(choose(0).wish).toEqual({ keys: ['total'], patterns: ['user:*'] })
    expect(choose(3).wish).toEqual({ keys: [], patterns: ['job:?'] })
    expect(choose(7).wish).toEqual({ keys: [], patterns: [] })
  })

  test('names a pattern once that was given twice', () => {
    expect(chooseKeys(of(0, 'a*', 'a*', 'b', 'b'))(0).wish).toEqual({
      keys: ['b'],
      patterns: ['a*'],
    })
  })

  test('leaves the keys to others that are named there for the same database', () => {
    const choose = chooseKeys(
      [...of(0, 'user:*', 'total'), ...of(3, 'total')],
      of(0, 'user:1', 'total'),
    )

    expect(choose(0).wish.keys).toEqual([])
    expect(['user:1', 'user:2', 'total'].filter(choose(0).isOthers)).toEqual(['user:1', 'total'])
    expect(choose(3).isOthers('total')).toBe(false)
  })
})

test('a key without a wildcard is chosen by name, others by a pattern', () => {
  const choice = chooseKeys(of(0, 'user:*', 'total'))(0)

  expect(['user:1', 'user:*', 'total', 'other'].filter(choice.names)).toEqual(['total'])
})

test('of the keys of a visit, the new ones that are not left to others are looked at, each once', () => {
  const choice = chooseKeys(of(0, 'user:*', 'total'), of(0, 'user:4'))(0)
  const keys = ['user:1', 'user:2', 'total', 'user:1', 'user:3', 'user:4']

  expect(notYetGiven(keys, choice, new Set(['user:3']))).toEqual(['user:1', 'user:2', 'total'])
})

test.each([
  ['master', false, true],
  ['slave', false, true],
  ['', false, true],
  ['master', true, false],
  ['slave', true, true],
  ['', true, false],
])('keys of a server of role "%s" with masters skipped %s: %s', (role, skipKeysOfMaster, may) => {
  const server = serverInfo(parseInfo(`# Replication\nrole:${role}\n`), undefined)

  expect(mayLookAtKeys(server, { ...defaultSettings, skipKeysOfMaster })).toBe(may)
})

test.each([
  ['master', 'all', true],
  ['slave', 'all', true],
  ['master', 'master', true],
  ['slave', 'master', false],
  ['', 'master', true],
  ['master', 'replica', false],
  ['slave', 'replica', true],
] as const)(
  'keys of a server of role "%s" where those of %s are wanted: %s',
  (role, scanOn, may) => {
    const settings = { ...defaultSettings, skipKeysOfMaster: false, scanOn }

    expect(mayLookAtKeys({ role }, settings)).toBe(may)
  },
)
