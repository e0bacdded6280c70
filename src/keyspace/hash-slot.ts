/**
 * The slot of a Redis Cluster that a key is in. Where a key holds `{…}` with something in it, that
 * alone counts, so that keys can be kept together. The key is a binary string.
 */
export function hashSlot(key: string): number {
  const [start, end] = hashedPart(key)
  let checksum = 0
  for (let index = start; index < end; index += 1)
    checksum = ((checksum << 8) & 0xffff) ^ (table[(checksum >> 8) ^ key.charCodeAt(index)] ?? 0)
  return checksum % slots
}

const slots = 16_384

function hashedPart(key: string): readonly [start: number, end: number] {
  const open = key.indexOf('{')
  const close = open < 0 ? -1 : key.indexOf('}', open + 1)
  return close > open + 1 ? [open + 1, close] : [0, key.length]
}

// CRC-16/XMODEM, of each byte; a walk through a node hashes every key.
const polynomial = 0x1021
const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let sum = byte << 8
  for (let bit = 0; bit < 8; bit += 1) sum = sum & 0x8000 ? (sum << 1) ^ polynomial : sum << 1
  return sum
})
