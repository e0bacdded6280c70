import { expect, test } from 'vitest'
import { stableHash, stableShare } from '../../src/targets/stable-hash.ts'

// Of the test vectors of its authors: http://www.isthe.com/chongo/tech/comp/fnv/
test.each([
  ['', 0x811c9dc5],
  ['a', 0xe40c292c],
  ['foobar', 0xbf9cf968],
])('the hash of %j is that of FNV-1a', (text, hash) => {
  expect(stableHash(text)).toBe(hash)
})

test('shares of names that differ in their last character lie far apart', () => {
  const shares = ['cache-1', 'cache-2', 'cache-3', 'cache-4'].map(stableShare).sort()

  for (const [index, share] of shares.entries())
    expect(share - (shares[index - 1] ?? -1)).toBeGreaterThan(0.02)
})
