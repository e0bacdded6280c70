/**
 * A number from 0 to 2^32 - 1 that follows from a text alone, the same in every version of ours:
 * where targets have their places must not change with an update. FNV-1a: small, and spreads similar
 * names apart.
 */
export function stableHash(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash
}

/**
 * A share from 0 to 1, without the end, that follows from a text alone. Names that differ in their last
 * character have hashes close to each other, and shares far apart.
 */
export function stableShare(text: string): number {
  return mixed(stableHash(text)) / 2 ** 32
}

/** The last step of MurmurHash3: each number from 0 to 2^32 - 1 has another one. */
export function mixed(value: number): number {
  let hash = value
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
