import { promisify } from 'node:util'
import { constants, crc32, deflateRaw } from 'node:zlib'

/** A piece of a response, ready to be sent as it is or as part of a gzip stream. */
export interface EncodedBody {
  readonly plain: Buffer
  /** Deflated and flushed to a whole byte, so that other pieces can follow. */
  readonly deflated: Buffer
}

/** The chunks of a response and the sum of their lengths in bytes. */
export interface Chunks {
  readonly chunks: readonly Buffer[]
  readonly length: number
}

const deflate = promisify(deflateRaw)

/** Compresses a piece once, off the event loop, for all the responses that will hold it. */
export async function encodeBody(text: string): Promise<EncodedBody> {
  const plain = Buffer.from(text)
  return { plain, deflated: await deflate(plain, { finishFlush: constants.Z_FULL_FLUSH }) }
}

/** Pieces one after the other, without copying them; `last` is small and made for this response. */
export function joinPlain(bodies: readonly EncodedBody[], last: Buffer): Chunks {
  return measure([...bodies.map(({ plain }) => plain), last])
}

/**
 * The same as one gzip stream (RFC 1952): a header, the pieces deflated before, `last` as stored
 * blocks, and the trailer. Nothing is compressed here, so it costs little more than plain text.
 */
export function joinGzip(bodies: readonly EncodedBody[], last: Buffer): Chunks {
  const plains = [...bodies.map(({ plain }) => plain), last]
  const trailer = Buffer.alloc(8)
  trailer.writeUInt32LE(plains.reduce((sum, plain) => crc32(plain, sum), 0))
  trailer.writeUInt32LE(plains.reduce((sum, { length }) => sum + length, 0) % 2 ** 32, 4)
  const deflated = bodies.map((body) => body.deflated)
  return measure([gzipHeader, ...deflated, ...storedBlocks(last), trailer])
}

// Magic number, deflate, no flags, no time, no extra flags, unknown system.
const gzipHeader = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])

const largestStoredBlock = 0xffff

// RFC 1951, 3.2.4: the final bit, then the length and its complement.
function storedBlocks(data: Buffer): Buffer[] {
  const blocks: Buffer[] = []
  for (let start = 0; start === 0 || start < data.length; start += largestStoredBlock) {
    const block = data.subarray(start, start + largestStoredBlock)
    const header = Buffer.alloc(5)
    header[0] = start + block.length >= data.length ? 1 : 0
    header.writeUInt16LE(block.length, 1)
    header.writeUInt16LE(block.length ^ 0xffff, 3)
    blocks.push(header, block)
  }
  return blocks
}

function measure(chunks: readonly Buffer[]): Chunks {
  return { chunks, length: chunks.reduce((sum, { length }) => sum + length, 0) }
}
