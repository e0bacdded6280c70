import { createChunkedText } from './chunked-text.ts'
import { type EncodeBody, type EncodedBody, pieceBytes } from './encoded-body.ts'

/** Puts text and bytes in a row and makes them pieces of a response. */
export interface Pieces {
  add(text: string | Buffer): void
  /** All of them. Nothing may be added after that. */
  finish(): Promise<readonly EncodedBody[]>
}

/**
 * Makes what closes a piece when it is large enough. The pieces of all that share a queue are compressed
 * one after the other: the threads that do it are those that other polls need too.
 */
export function createPieces(
  encodePiece: EncodeBody,
  queue: { last: Promise<unknown> } = { last: Promise.resolve() },
): Pieces {
  const bodies: Promise<EncodedBody>[] = []
  let chunks: Buffer[] = []
  let bytes = 0
  const text = createChunkedText(take)

  function take(chunk: Buffer): void {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes >= pieceBytes) closePiece()
  }

  function closePiece(): void {
    const plain = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)
    chunks = []
    bytes = 0
    const body = queue.last.then(() => encodePiece(plain))
    bodies.push(body)
    queue.last = body
  }

  return {
    add(more) {
      if (typeof more === 'string') return text.add(more)
      text.close()
      take(more)
    },
    finish() {
      text.close()
      if (bytes > 0) closePiece()
      return Promise.all(bodies)
    },
  }
}
