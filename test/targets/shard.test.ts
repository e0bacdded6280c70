import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isOursOn, shardOf } from '../../src/targets/shard.ts'
import '../support/property-runs.ts'

const addresses = Array.from({ length: 2000 }, (_, one) => `redis://redis-${one}.example.com:6379`)

const totals = fc.integer({ min: 1, max: 64 })

/** Seldom are names alike, but those of servers are. */
const identities = fc.oneof(
  fc.string(),
  fc
    .tuple(fc.ipV4(), fc.integer({ min: 1, max: 65_535 }))
    .map(([ip, port]) => `redis://${ip}:${port}`),
)

describe('where a target is must never change with a version', () => {
  test.each([
    ['redis://localhost:6379', [0, 0, 0, 0, 0, 0, 0]],
    ['redis://10.0.0.1:6379', [0, 1, 2, 2, 2, 2, 98]],
    ['redis://10.0.0.2:6379', [0, 1, 1, 1, 1, 1, 80]],
    ['rediss://orders.example.com:6380', [0, 0, 2, 3, 3, 5, 28]],
    ['redis://[fd00::1]:6379', [0, 0, 0, 0, 0, 0, 0]],
    ['unix:///run/redis.sock', [0, 1, 1, 1, 1, 1, 16]],
  ])('%s', (address, expected) => {
    expect([1, 2, 3, 4, 5, 10, 100].map((total) => shardOf(address, total))).toEqual(expected)
  })
})

test('a target is on exactly one shard', () => {
  fc.assert(
    fc.property(identities, totals, (identity, total) => {
      const shards = Array.from({ length: total }, (_, index) => index)
      const owners = shards.filter((index) => isOursOn({ index, total })(identity))

      expect(owners).toEqual([shardOf(identity, total)])
    }),
  )
})

test('one shard more takes targets from the others, and nothing moves between those', () => {
  fc.assert(
    fc.property(identities, totals, (identity, total) => {
      const [before, now] = [shardOf(identity, total), shardOf(identity, total + 1)]

      expect([before, total]).toContain(now)
    }),
  )
})

test.each([1, 2, 3, 7, 15])('of %i shards one more takes the share that is its own', (total) => {
  const moved = addresses.filter((one) => shardOf(one, total) !== shardOf(one, total + 1))

  const share = addresses.length / (total + 1)
  expect(moved.length).toBeGreaterThan(share * 0.8)
  expect(moved.length).toBeLessThan(share * 1.2)
})

test.each([2, 3, 5, 10])('%i shards have about as many targets each', (total) => {
  const counts = new Array<number>(total).fill(0)
  for (const one of addresses) counts[shardOf(one, total)] = (counts[shardOf(one, total)] ?? 0) + 1

  const mean = addresses.length / total
  expect(Math.min(...counts)).toBeGreaterThan(mean * 0.8)
  expect(Math.max(...counts)).toBeLessThan(mean * 1.2)
})

test.each([
  ['redis://REDIS-A:6379', 'redis://redis-a:6379'],
  ['redis://[FD00:0:0::1]:6379', 'redis://[fd00::1]:6379'],
])('%s is where %s is', (one, other) => {
  for (let total = 2; total < 20; total++) expect(shardOf(one, total)).toBe(shardOf(other, total))
})

test('without shards everything is ours', () => {
  expect(isOursOn(undefined)('redis://a:6379')).toBe(true)
})
