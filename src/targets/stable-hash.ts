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
