import { promisify } from 'node:util'
import { constants, crc32, deflateRaw } from 'node:zlib'

/** A piece of a response, ready to be sent as it is or as part of a gzip stream. */
export interface EncodedBody {
  readonly plain: Buffer
  /** Deflated and flushed to a whole byte, so that other pieces can follow. */
  readonly deflated: Buffer
}

/** Pieces in a row, ready for responses that each add a last piece of their own. */
export interface PreparedBody {
  readonly plain: readonly Buffer[]
  readonly plainLength: number
  readonly gzip: readonly Buffer[]
  readonly gzipLength: number
  readonly checksum: number
}

const deflate = promisify(deflateRaw)

/** Compresses a piece once, off the event loop, for all the responses that will hold it. */
export async function encodeBody(text: string): Promise<EncodedBody> {
  const plain = Buffer.from(text)
  return { plain, deflated: await deflate(plain, { finishFlush: constants.Z_FULL_FLUSH }) }
}

/** Puts pieces in a row without copying them. */
export function prepareBody(bodies: readonly EncodedBody[]): PreparedBody {
  const plain = bodies.map((body) => body.plain)
  const gzip = [gzipHeader, ...bodies.map((body) => body.deflated)]
  return {
    plain,
    plainLength: totalLength(plain),
    gzip,
    gzipLength: totalLength(gzip),
    checksum: plain.reduce(checksumWith, 0),
  }
}

/**
 * The end of a gzip stream (RFC 1952) that begins with the prepared pieces: `last` as it is, in
 * stored blocks, and the trailer. Nothing is compressed for it.
 */
export function endOfGzip({ checksum, plainLength }: PreparedBody, last: Buffer): Buffer {
  const trailer = Buffer.alloc(8)
  trailer.writeUInt32LE(checksumWith(checksum, last))
  trailer.writeUInt32LE((plainLength + last.length) % 2 ** 32, 4)
  return Buffer.concat([...storedBlocks(last), trailer])
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

// Given an empty buffer, crc32 of Node.js may forget the checksum of what came before.
function checksumWith(checksum: number, piece: Buffer): number {
  return piece.length === 0 ? checksum : crc32(piece, checksum)
}

function totalLength(buffers: readonly Buffer[]): number {
  return buffers.reduce((sum, { length }) => sum + length, 0)
}
