import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileGlob, compileGlobs, hasWildcard } from '../../src/keyspace/glob.ts'
import { globCases } from '../support/glob-cases.ts'

describe.each(globCases)('the pattern %j', (pattern, matched, others) => {
  const matches = compileGlob(pattern)

  test.each(matched)('matches %j', (key) => {
    expect(matches(key)).toBe(true)
  })

  test.each(others)('does not match %j', (key) => {
    expect(matches(key)).toBe(false)
  })
})

test.each([
  [[], []],
  [['a*'], ['a1', 'ab']],
  [
    ['a*', '*b'],
    ['a1', 'ab', '1b'],
  ],
])('the patterns %j match what any of them matches', (patterns, matched) => {
  expect(['a1', 'ab', '1b', 'c'].filter(compileGlobs(patterns))).toEqual(matched)
})

const key = fc.string({ unit: fc.constantFrom(...'ab*?[]^-\\\0\xff') })

test('a key whose special characters are escaped matches itself alone', () => {
  fc.assert(
    fc.property(key, key, (one, other) => {
      const matches = compileGlob(one.replaceAll(/[*?[\]^\\-]/g, '\\$&'))

      expect(matches(one)).toBe(true)
      expect(matches(other)).toBe(one === other)
    }),
  )
})

test.each([
  ['many stars between letters', `${'*a'.repeat(500)}*b*c`],
  ['many stars between classes', `${'*[ab]?'.repeat(500)}*b*c`],
  ['a long text behind a star', `*${'a'.repeat(5_000)}b*c`],
  ['a long row of classes behind a star', `*${'[a-c]'.repeat(1_000)}b*c`],
])('%s are no burden', (_, pattern) => {
  const matches = compileGlob(pattern)
  const long = `${'a'.repeat(10_000)}c`
  const started = performance.now()

  expect(matches(long)).toBe(false)
  expect(performance.now() - started).toBeLessThan(20_000)
})

test.each([
  ['', false],
  ['user:1', false],
  ['a-b', false],
  ['a\\b', false],
  ['\xff\0', false],
  ['*', true],
  ['user:?', true],
  ['a[', true],
  ['a]', true],
  ['a^', true],
  ['a\\*', true],
])('hasWildcard(%j) is %s: whether keys must be looked for', (pattern, expected) => {
  expect(hasWildcard(pattern)).toBe(expected)
})
