import { inSlices } from '../yielding.ts'
import { type ExtraLabels, encodedFamilies, type Families } from './encode.ts'
import { type EncodeBody, type EncodedBody, encodeBody, pieceBytes } from './encoded-body.ts'

/** What `encode` writes, ready to be served in pieces, and the number of series in it. */
export interface EncodedPieces {
  readonly bodies: readonly EncodedBody[]
  readonly series: number
}

/**
 * Writes any number of families as `encode` does, without holding the event loop. The pieces are
 * compressed one after the other: the threads that do it are those that other polls need too.
 */
export async function encodeInSlices(
  namespace: string,
  families: Families,
  extraLabels?: ExtraLabels,
  encodePiece: EncodeBody = encodeBody,
): Promise<EncodedPieces> {
  const bodies: Promise<EncodedBody>[] = []
  let compressing: Promise<unknown> = Promise.resolve()
  let text = ''
  let series = 0

  function closePiece(): void {
    const piece = text
    text = ''
    const body = compressing.then(() => encodePiece(piece))
    bodies.push(body)
    compressing = body
  }

  await inSlices(encodedFamilies(namespace, families, extraLabels), (some) => {
    text += some.text
    series += some.series
    if (text.length >= pieceBytes) closePiece()
  })
  if (text !== '') closePiece()
  return { bodies: await Promise.all(bodies), series }
}
