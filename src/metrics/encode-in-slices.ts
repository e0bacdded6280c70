import { inSlices } from '../yielding.ts'
import { type ExtraLabels, encodedFamilies, type Families } from './encode.ts'
import { type EncodedBody, encodeBodyAtOnce, keptWhole, type PieceEncoder } from './encoded-body.ts'
import { createPieces } from './pieces.ts'

/** What `encode` writes, ready to be served in pieces, and the number of series in it. */
export interface EncodedPieces {
  readonly bodies: readonly EncodedBody[]
  readonly series: number
}

/** Writes any number of families as `encode` does, without holding the event loop. */
export async function encodeInSlices(
  namespace: string,
  families: Families,
  extraLabels?: ExtraLabels,
  encoder: PieceEncoder = keptWhole,
): Promise<EncodedPieces> {
  const pieces = createPieces(encoder)
  let series = 0
  await inSlices(encodedFamilies(namespace, families, extraLabels), (some) => {
    pieces.add(some.text)
    series += some.series
  })
  return { bodies: await pieces.finish(), series }
}

// Compressed in a millisecond.
const shortPiece = 64 * 1024

/** The same in short pieces, since threads that compress long ones may all be waiting for a name server. */
export async function encodeInShortPieces(
  namespace: string,
  families: Families,
): Promise<readonly EncodedBody[]> {
  const bodies: EncodedBody[] = []
  let piece = ''
  function close(): void {
    if (piece !== '') bodies.push(encodeBodyAtOnce(piece))
    piece = ''
  }
  await inSlices(encodedFamilies(namespace, families), ({ text }) => {
    piece += String(text)
    if (piece.length >= shortPiece) close()
  })
  close()
  return bodies
}
