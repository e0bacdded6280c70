import { describe, expect, test } from 'vitest'
import { harmlessLength } from '../../src/keyspace/lua-pattern-cost.ts'
import { parseLuaPattern } from '../../src/keyspace/lua-pattern-parse.ts'

describe('the length up to which a key is matched by a regular expression', () => {
  test.each([
    ['that of every key for a fixed text', '^user:%d', 1_000_000],
    ['that of every key where each repetition can end in one way', '^([^:]*):(%d+)_.*$', 1_000_000],
    ['some hundreds of bytes where one can end in several', '^(.*):.*$', 1_000],
    ['as much for one anywhere in the key', '([^:]+):', 1_000],
    ['some hundreds for two', '^(.*):(.*):[^:]*$', 150],
    ['that of a usual key for three', '^(.*):(.*):(.*):(.*)$', 60],
  ])('is %s', (_, pattern, least) => {
    expect(harmlessLength(parseLuaPattern(pattern))).toBeGreaterThanOrEqual(least)
  })

  test.each([
    ['(.*):(.*):(.*)', 100],
    ['a*a*a*a*a*b', 60],
    ['^(a*)(a*)%1%2b', 200],
    [`^${'a?'.repeat(30)}b`, 1],
  ])('is short for %j, which can be matched in very many ways', (pattern, most) => {
    expect(harmlessLength(parseLuaPattern(pattern))).toBeLessThanOrEqual(most)
  })
})
