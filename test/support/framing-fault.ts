import { createFraming } from '../../src/redis/framing.ts'
import type { FramingFault } from '../../src/redis/reply-progress.ts'

/** Small enough that a test can go beyond them. */
export const bounds = { bytes: 600, elements: 150, bytesTogether: 1000 }

/** What the check says of pieces that come after so many commands were sent. */
export function check(owed: number, ...pieces: readonly string[]): FramingFault | undefined {
  const framing = createFraming(bounds)
  framing.owe(owed)
  return pieces.map((piece) => framing.check(Buffer.from(piece, 'latin1'))).at(-1)
}
