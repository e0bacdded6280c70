/** A set of bytes: 1 at each byte that is in it. */
export type ByteSet = Uint8Array

/** The bytes for which a test holds. */
export function bytesWhere(holds: (byte: number) => boolean): ByteSet {
  return Uint8Array.from({ length: 256 }, (_, byte) => (holds(byte) ? 1 : 0))
}

/** All bytes that a set leaves out. */
export function complement(set: ByteSet): ByteSet {
  return bytesWhere((byte) => set[byte] === 0)
}
