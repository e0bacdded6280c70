import { inSlices } from '../yielding.ts'
import { addToFamily, type ExtraLabels, type Families, linesOf } from './encode.ts'
import { type EncodedBody, encodeBody, pieceBytes } from './encoded-body.ts'
import type { Sample } from './metric.ts'

/** What `encode` writes, ready to be served in pieces, and the number of series in it. */
export interface EncodedPieces {
  readonly bodies: readonly EncodedBody[]
  readonly series: number
}

/**
 * Writes any number of samples as `encode` does, without holding the event loop. The pieces are
 * compressed one after the other: the threads that do it are those that other polls need too.
 */
export async function encodeInSlices(
  namespace: string,
  samples: Iterable<Sample>,
  extraLabels?: ExtraLabels,
): Promise<EncodedPieces> {
  const families: Families = new Map()
  const bodies: Promise<EncodedBody>[] = []
  let compressing: Promise<unknown> = Promise.resolve()
  let text = ''
  let series = 0

  function closePiece(): void {
    const piece = text
    text = ''
    const body = compressing.then(() => encodeBody(piece))
    bodies.push(body)
    compressing = body
  }

  await inSlices(samples, (sample) => addToFamily(families, sample))
  await inSlices(linesOf(namespace, families, extraLabels), ({ lines, isHeader }) => {
    for (const line of lines) text += line
    if (!isHeader) series += lines.length
    if (text.length >= pieceBytes) closePiece()
  })
  if (text !== '') closePiece()
  return { bodies: await Promise.all(bodies), series }
}
