import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileLuaPattern } from '../../src/keyspace/lua-pattern.ts'
import { matchLuaPattern } from '../../src/keyspace/lua-pattern-match.ts'
import { parseLuaPattern } from '../../src/keyspace/lua-pattern-parse.ts'
import { regExpOf } from '../../src/keyspace/lua-pattern-regexp.ts'
import { luaBytes, luaPattern } from '../support/arbitrary-lua-pattern.ts'
import { luaPatternCases } from '../support/lua-pattern-cases.ts'
import { malformedLuaPatterns } from '../support/malformed-lua-patterns.ts'

describe.each(Object.entries(luaPatternCases))('%s', (_, cases) => {
  test.each(cases)('%j in %j captures %j', (pattern, subject, captures) => {
    expect(compileLuaPattern(pattern)(subject)).toEqual(captures)
  })
})

test.each(malformedLuaPatterns)('%j is refused, whatever the subject', (pattern, _, message) => {
  expect(() => compileLuaPattern(pattern)).toThrow(new Error(message))
})

describe('both ways of matching', () => {
  test('agree on any pattern and any subject', () => {
    fc.assert(
      fc.property(luaPattern, luaBytes, (pattern, subject) => {
        const parsed = parseLuaPattern(pattern)
        const regExp = regExpOf(parsed)
        fc.pre(regExp !== undefined)

        expect(matchLuaPattern(parsed, subject)).toEqual(regExp.exec(subject)?.slice(1))
      }),
      { numRuns: 500 },
    )
  })

  test('are there for a pattern with more items than a regular expression should have', () => {
    const pattern = `^${'a*'.repeat(20_000)}(b)$`

    expect(compileLuaPattern(pattern)('ab')).toEqual(['b'])
  })
})

describe('on a key of 1 MB', () => {
  const mebibyte = 2 ** 20
  const long = 'a'.repeat(mebibyte)

  test.each<[string, string, readonly string[] | undefined]>([
    ['^(.*):(.*)$', `${long}:b`, [long, 'b']],
    ['^(.*):.*$', long, undefined],
    ['(.*):(.*):(.*)', long, undefined],
    ['([^:]*):x$', long, undefined],
    ['a*a*a*a*a*b', long, undefined],
    ['a-a-a-a-a-b', long, undefined],
    ['%b()', '('.repeat(mebibyte), undefined],
    ['(a*)(a*)%1%2b', long, undefined],
  ])('the pattern %j does not hold up everything else', (pattern, subject, captures) => {
    const find = compileLuaPattern(pattern)
    const started = performance.now()

    expect(find(subject)?.map(({ length }) => length)).toEqual(
      captures?.map(({ length }) => length),
    )
    expect(performance.now() - started).toBeLessThan(20_000)
  })
})

test('choices that multiply are no burden on a short key either', () => {
  const find = compileLuaPattern(`${'a?'.repeat(40)}${'a'.repeat(40)}b`)

  expect(find('a'.repeat(60))).toBeUndefined()
  expect(find(`${'a'.repeat(60)}b`)).toEqual([])
})

test('what takes too many steps counts as no match', () => {
  // Without an end to its patience it would find this one, in some days.
  const find = compileLuaPattern(`^${'(a*)'.repeat(8)}%1%2%3%4%5%6%7%8b$`)

  expect(find(`${'a'.repeat(8)}b`)).toEqual(['aaaa', ...Array.from({ length: 7 }, () => '')])
  expect(find(`${'a'.repeat(4_001)}b`)).toBeUndefined()
})
