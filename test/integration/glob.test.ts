import fc from 'fast-check'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compileGlob } from '../../src/keyspace/glob.ts'
import { globCases } from '../support/glob-cases.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'

describe('a pattern matches the keys that a real server finds by it', () => {
  let server: RedisServer
  let client: Redis
  beforeAll(async () => {
    server = await startRedis()
    client = server.client()
  })
  afterAll(() => server.stop())

  it('for each case of the table', async () => {
    const keys = globCases.flatMap(([, matched, others]) => [...matched, ...others])

    await expectTheSame(
      globCases.map(([pattern]) => pattern),
      keys,
    )
  })

  it('for any pattern and any keys', async () => {
    const bytes = fc.constantFrom(...'aabbc0***?[[]]^--\\\\\0\n\x7f\x80\xff')
    const patterns = fc.array(fc.string({ unit: bytes, maxLength: 12 }), { minLength: 40 })
    const keys = fc.array(fc.string({ unit: bytes, maxLength: 6 }), { minLength: 40 })

    await fc.assert(fc.asyncProperty(patterns, keys, expectTheSame), { numRuns: 200 })
  })

  async function expectTheSame(patterns: readonly string[], all: readonly string[]): Promise<void> {
    const keys = [...new Set(all)]
    await client.flushall()
    await client.call('MSET', ...keys.flatMap((key) => [bytesOf(key), '']))
    const replies = await Promise.all(
      patterns.map((pattern) => client.callBuffer('KEYS', bytesOf(pattern))),
    )

    expect(patterns.map((pattern) => [pattern, keys.filter(compileGlob(pattern)).sort()])).toEqual(
      patterns.map((pattern, index) => [pattern, textsOf(replies[index]).sort()]),
    )
  }
})

function bytesOf(binary: string): Buffer {
  return Buffer.from(binary, 'latin1')
}

function textsOf(reply: unknown): string[] {
  return (reply as readonly Buffer[]).map((key) => key.toString('latin1'))
}
