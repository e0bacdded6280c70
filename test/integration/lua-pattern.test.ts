import fc from 'fast-check'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compileLuaPattern } from '../../src/keyspace/lua-pattern.ts'
import { anyLuaPattern, luaBytes } from '../support/arbitrary-lua-pattern.ts'
import { luaPatternCases } from '../support/lua-pattern-cases.ts'
import { malformedLuaPatterns } from '../support/malformed-lua-patterns.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'

/** What string.find says of pairs of a pattern and a subject: a word first, then the captures. */
const script = `
  local results = {}
  for i = 1, #ARGV, 2 do
    local found = {pcall(string.find, ARGV[i + 1], ARGV[i])}
    local result = {'nothing'}
    if not found[1] then
      result = {'error', found[2]}
    elseif found[2] then
      result = {'match'}
      for c = 4, #found do
        result[#result + 1] = table.concat({found[c]})
      end
    end
    results[#results + 1] = result
  end
  return results`

type Pair = readonly [pattern: string, subject: string]

describe('a Lua pattern means what it means to the Lua of a real server', () => {
  let server: RedisServer
  let client: Redis
  beforeAll(async () => {
    server = await startRedis()
    client = server.client()
  })
  afterAll(() => server.stop())

  it('for each case of the table', async () => {
    const cases = Object.values(luaPatternCases).flat()
    const pairs = cases.map(([pattern, subject]): Pair => [pattern, subject])

    expect(cases.length).toBeGreaterThan(200)
    expect(await theirs(pairs)).toEqual(
      cases.map(([, , captures]) =>
        captures === undefined ? ['nothing'] : ['match', ...captures],
      ),
    )
  })

  it('for each malformed one, with the same words', async () => {
    const pairs = malformedLuaPatterns.map(([pattern, subject]): Pair => [pattern, subject])

    expect(await theirs(pairs)).toEqual(
      malformedLuaPatterns.map(([, , message]) => ['error', message]),
    )
  })

  it('for any pattern of sensible parts and any subject', async () => {
    const pairs = fc.array(fc.tuple(anyLuaPattern, luaBytes), { minLength: 100, maxLength: 200 })

    await fc.assert(fc.asyncProperty(pairs, expectTheSame), { numRuns: 200 })
  })

  it('for any text at all as a pattern, and any subject', async () => {
    const text = fc.string({
      unit: fc.constantFrom(...'aab1:[[]]^$%%%().*+-?zwbf\0\xe4'),
      maxLength: 10,
    })
    const pairs = fc.array(fc.tuple(text, luaBytes), { minLength: 100, maxLength: 200 })

    await fc.assert(fc.asyncProperty(pairs, expectTheSame), { numRuns: 200 })
  })

  async function expectTheSame(pairs: readonly Pair[]): Promise<void> {
    const expected = await theirs(pairs)

    expect(pairs.map((pair, index) => [...pair, expected[index]])).toEqual(
      pairs.map(([pattern, subject]) => [
        pattern,
        subject,
        // Lua tells of a mistake only when it gets there; a pattern with one matches nothing.
        ours(pattern, subject) ?? expect.not.arrayContaining(['match']),
      ]),
    )
  }

  async function theirs(pairs: readonly Pair[]): Promise<readonly (readonly string[])[]> {
    const texts = pairs.flat().map((text) => Buffer.from(text, 'latin1'))
    const reply = await client.callBuffer('EVAL', script, '0', ...texts)
    return (reply as Buffer[][]).map((result) => result.map((text) => text.toString('latin1')))
  }
})

/** The same in the words of the script; undefined for a malformed pattern. */
function ours(pattern: string, subject: string): readonly string[] | undefined {
  try {
    const captures = compileLuaPattern(pattern)(subject)
    return captures === undefined ? ['nothing'] : ['match', ...captures]
  } catch {
    return undefined
  }
}
