import { expect, test } from 'vitest'
import { hashSlot } from '../../src/keyspace/hash-slot.ts'

test('the checksum is that of the specification of Redis Cluster', () => {
  expect(hashSlot('123456789')).toBe(0x31c3 % 16_384)
})

// As CLUSTER KEYSLOT of Redis 7.0 answers.
test.each([
  ['', 0],
  ['foo', 12_182],
  ['\xff\x00\n', 11_817],
  ['{user1000}.following', 3443],
  ['{user1000}.followers', 3443],
  ['user1000', 3443],
  ['foo{}{bar}', 8363],
  ['foo{{bar}}zap', 4015],
  ['{bar', 4015],
  ['foo{bar}{zap}', 5061],
  ['bar', 5061],
  ['a}b{c', 13_587],
])('the slot of %j is %i', (key, slot) => {
  expect(hashSlot(key)).toBe(slot)
})
