import { createChunkedText } from './chunked-text.ts'
import { type EncodedBody, type PieceEncoder, pieceBytes } from './encoded-body.ts'

/** Puts text and bytes in a row and makes them pieces of a response. */
export interface Pieces {
  add(text: string | Buffer): void
  /** All of them. Nothing may be added after that. */
  finish(): Promise<readonly EncodedBody[]>
}

// A unit of a text is three bytes at most.
const bytesOfUnit = 3

/**
 * Makes what closes a piece when it is large enough. The pieces of all that share a queue are compressed
 * one after the other: the threads that do it are those that other polls need too.
 */
export function createPieces(
  { encode, rooms }: PieceEncoder,
  queue: { last: Promise<unknown> } = { last: Promise.resolve() },
): Pieces {
  const bodies: Promise<EncodedBody>[] = []
  let chunks: Buffer[] = []
  let bytes = 0
  /** What the piece stands in as long as it is short. */
  let room: Buffer | undefined
  const text = createChunkedText(write)

  function write(some: string): void {
    if (rooms && chunks.length === 0) {
      room ??= rooms.take()
      if (bytes + bytesOfUnit * some.length <= room.length) {
        bytes += room.write(some, bytes)
        return
      }
    }
    take(Buffer.from(some))
  }

  function take(chunk: Buffer): void {
    leaveRoom()
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes >= pieceBytes) closePiece()
  }

  // What does not fit any more goes on in chunks.
  function leaveRoom(): void {
    if (!room) return
    chunks.push(Buffer.from(room.subarray(0, bytes)))
    rooms?.giveBack(room)
    room = undefined
  }

  function closePiece(): void {
    const own = room
    const plain = own?.subarray(0, bytes) ?? joined(chunks)
    chunks = []
    bytes = 0
    room = undefined
    const made = queue.last.then(() => encode(plain))
    const body = own ? made.finally(() => rooms?.giveBack(own)) : made
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

function joined(chunks: readonly Buffer[]): Buffer {
  const [first, ...others] = chunks
  return first && others.length === 0 ? first : Buffer.concat(chunks)
}
