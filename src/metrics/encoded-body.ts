import { promisify } from 'node:util'
import { constants, crc32, deflateRaw, deflateRawSync } from 'node:zlib'
import { combineChecksums } from './crc32-combine.ts'

/** A piece of a response, ready to be sent as it is or as part of a gzip stream. */
export interface EncodedBody {
  readonly plain: Buffer
  /** Made with it, or when it is first asked for. No getter: V8 would keep what it reaches in its old generation. */
  compressed(): CompressedBody
}

export interface CompressedBody {
  /** Deflated and flushed to a whole byte, so that other pieces can follow. */
  readonly deflated: Buffer
  /** CRC-32 of the plain bytes. */
  readonly checksum: number
}

/** Pieces in a row, ready for responses that each add a last piece of their own. */
export interface PreparedBody {
  readonly plain: readonly Buffer[]
  readonly plainLength: number
  readonly gzip: readonly Buffer[]
  readonly gzipLength: number
  readonly checksum: number
}

/** Bytes at which a piece is closed: large enough to compress well, small enough to copy. */
export const pieceBytes = 256 * 1024

// Up to this, compressing takes about a millisecond, and handing it to a thread is work besides.
const atOnceBytes = 96 * 1024

const blockHeaderBytes = 5
const trailerBytes = 8

const deflate = promisify(deflateRaw)
// Of the usual level 6 it takes half the time, and leaves five bytes more of a hundred. With less memory than
// usual most of the time goes that a short text takes: that is asked of the system for each, and given back.
const toWholeByte = { finishFlush: constants.Z_FULL_FLUSH, level: 2, memLevel: 6 }

/**
 * Compresses a piece once for all the responses that will hold it: off the event loop, unless it is
 * so short that it hardly holds it.
 */
export async function encodeBody(text: string | Buffer): Promise<EncodedBody> {
  const plain = typeof text === 'string' ? Buffer.from(text) : text
  if (plain.length <= atOnceBytes) return encodeAtOnce(plain)
  return withCompressed(plain, await deflate(plain, toWholeByte))
}

/** Makes a piece of a text, compressed with it or when somebody asks for that. */
export type EncodeBody = (text: string | Buffer) => Promise<EncodedBody>

/**
 * Makes what makes the pieces of each poll of one target, where there are a thousand: compressed when they are
 * first asked for in that form, since most are asked for together, which takes the plain text; at once where
 * those of the poll before were, so that whoever asks does not wait for it. A long one is compressed at once
 * anyway, since that takes a thread.
 */
export function createBodiesWhenAsked(compress = encodeBodyAtOnce): () => EncodeBody {
  let isAsked = false

  return () => {
    const isExpected = isAsked
    isAsked = false
    return async (text) => {
      const plain = typeof text === 'string' ? Buffer.from(text) : text
      if (plain.length > atOnceBytes) return await encodeBody(plain)
      let made = isExpected ? compress(plain).compressed() : undefined
      return {
        plain,
        compressed() {
          isAsked = true
          made ??= compress(plain).compressed()
          return made
        },
      }
    }
  }
}

/** The same on the event loop: for texts of a few kilobytes, or where threads are not to be waited for. */
export function encodeBodyAtOnce(text: string | Buffer): EncodedBody {
  return encodeAtOnce(typeof text === 'string' ? Buffer.from(text) : text)
}

function encodeAtOnce(plain: Buffer): EncodedBody {
  return withCompressed(plain, withoutRoom(deflateRawSync(plain, toWholeByte)))
}

function withCompressed(plain: Buffer, deflated: Buffer): EncodedBody {
  const compressed = { deflated, checksum: crc32(plain) }
  return { plain, compressed: () => compressed }
}

// What is compressed stands in a block of 16 KiB, which would be kept with it, for each of a thousand targets.
function withoutRoom(bytes: Buffer): Buffer {
  const own = Buffer.allocUnsafeSlow(bytes.length)
  bytes.copy(own)
  return own
}

/** The same without compressing: for texts so short that it would gain nothing. */
export function storeBody(text: string): EncodedBody {
  const plain = Buffer.from(text)
  return withCompressed(plain, Buffer.concat(storedBlocks(plain, false)))
}

/** Puts pieces in a row, behind others if given, without copying or even reading them. */
export function prepareBody(
  bodies: readonly EncodedBody[],
  before: PreparedBody = nothing,
): PreparedBody {
  const plain = bodies.map((body) => body.plain)
  const compressed = bodies.map((body) => body.compressed())
  const deflated = compressed.map((one) => one.deflated)
  return {
    plain: [...before.plain, ...plain],
    plainLength: before.plainLength + totalLength(plain),
    gzip: [...before.gzip, ...deflated],
    gzipLength: before.gzipLength + totalLength(deflated),
    checksum: compressed.reduce(
      (sum, { checksum }, index) => combineChecksums(sum, checksum, plain[index]?.length ?? 0),
      before.checksum,
    ),
  }
}

/**
 * The end of a gzip stream (RFC 1952) that begins with the prepared pieces: `last` as it is, in
 * stored blocks, and the trailer. Nothing is compressed for it.
 */
export function endOfGzip({ checksum, plainLength }: PreparedBody, last: Buffer): Buffer {
  const trailer = Buffer.alloc(trailerBytes)
  trailer.writeUInt32LE(crc32(last, checksum))
  trailer.writeUInt32LE((plainLength + last.length) % 2 ** 32, 4)
  return Buffer.concat([...storedBlocks(last, true), trailer])
}

/** How much longer the end of a gzip stream is than its text, where that is below 64 KiB. */
export const aroundLastOfGzip = blockHeaderBytes + trailerBytes

/** Writes the same into these bytes, of a text below 64 KiB; returns where it ends. */
export function writeEndOfGzip(
  { checksum, plainLength }: PreparedBody,
  last: string,
  bytes: Buffer,
  at: number,
): number {
  const begin = at + blockHeaderBytes
  const length = bytes.write(last, begin)
  const end = begin + length
  writeBlockHeader(bytes, at, length, true)
  bytes.writeUInt32LE(crc32(last, checksum), end)
  bytes.writeUInt32LE((plainLength + length) % 2 ** 32, end + 4)
  return end + trailerBytes
}

// Magic number, deflate, no flags, no time, no extra flags, unknown system.
const gzipHeader = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])

const nothing: PreparedBody = {
  plain: [],
  plainLength: 0,
  gzip: [gzipHeader],
  gzipLength: gzipHeader.length,
  checksum: 0,
}

const largestStoredBlock = 0xffff

// RFC 1951, 3.2.4: the bit that ends the stream, then the length and its complement.
function writeBlockHeader(bytes: Buffer, at: number, length: number, isLast: boolean): void {
  bytes[at] = isLast ? 1 : 0
  bytes.writeUInt16LE(length, at + 1)
  bytes.writeUInt16LE(length ^ 0xffff, at + 3)
}

function storedBlocks(data: Buffer, ends: boolean): Buffer[] {
  const blocks: Buffer[] = []
  for (let start = 0; start === 0 || start < data.length; start += largestStoredBlock) {
    const block = data.subarray(start, start + largestStoredBlock)
    const header = Buffer.alloc(blockHeaderBytes)
    writeBlockHeader(header, 0, block.length, ends && start + block.length >= data.length)
    blocks.push(header, block)
  }
  return blocks
}

function totalLength(buffers: readonly Buffer[]): number {
  return buffers.reduce((sum, { length }) => sum + length, 0)
}
