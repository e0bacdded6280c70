/**
 * The slot of a Redis Cluster that a key is in. Where a key holds `{…}` with something in it, that
 * alone counts, so that keys can be kept together. The key is a binary string.
 */
export function hashSlot(key: string): number {
  const [, tag = key] = /^[^{]*\{([^}]+)\}/.exec(key) ?? []
  let checksum = 0
  for (let index = 0; index < tag.length; index += 1)
    checksum = addByte(checksum, tag.charCodeAt(index))
  return checksum % slots
}

const slots = 16_384

// CRC-16/XMODEM.
const polynomial = 0x1021

function addByte(checksum: number, byte: number): number {
  let sum = checksum ^ (byte << 8)
  for (let bit = 0; bit < 8; bit += 1) sum = sum & 0x8000 ? (sum << 1) ^ polynomial : sum << 1
  return sum & 0xffff
}
