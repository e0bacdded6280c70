import { isSliceOver, nextSlice } from '../yielding.ts'
import { combineChecksums } from './crc32-combine.ts'
import { encodeBodyAtOnce, type PreparedBody, prepareBody } from './encoded-body.ts'

/** How a body is sent. */
export type Encoding = 'plain' | 'gzip'

/**
 * Makes a body of these pieces for one encoding alone, since hardly anybody asks for both and the text
 * of a thousand targets is tens of megabytes: of the other, nothing but the length is known. Compressed
 * on the event loop, in slices, because threads that compress may all be waiting for a name server.
 */
export async function prepareJoinedBody(
  pieces: AsyncIterable<Buffer>,
  encoding: Encoding,
): Promise<PreparedBody> {
  const { gzip: start, ...body } = prepareBody([])
  const plain: Buffer[] = []
  const gzip = [...start]
  let { plainLength, gzipLength, checksum } = body
  for await (const piece of pieces) {
    plainLength += piece.length
    if (encoding === 'plain') {
      plain.push(Buffer.from(piece))
      continue
    }
    // Of the piece itself nothing is kept: the next one is written in its place.
    const { deflated, checksum: ofPiece } = encodeBodyAtOnce(piece).compressed()
    gzip.push(deflated)
    gzipLength += deflated.length
    checksum = combineChecksums(checksum, ofPiece, piece.length)
    if (isSliceOver()) await nextSlice()
  }
  return { plain: () => plain, plainLength, gzip, gzipLength, checksum }
}
