import { promisify } from 'node:util'
import { constants, crc32, deflateRaw, deflateRawSync, inflateRawSync } from 'node:zlib'
import { combineChecksums } from './crc32-combine.ts'
import { createRooms, type Rooms } from './rooms.ts'
import { createShelf, type Shelf } from './shelf.ts'

/** A piece of a response, ready to be sent as it is or as part of a gzip stream. */
export interface EncodedBody {
  readonly plainLength: number
  /** The text as it is. No getter: V8 would keep what it reaches in its old generation. */
  plain(): Buffer
  compressed(): CompressedBody
  /** Has its memory used for another one; nobody may ask it for anything after that. */
  release?(): void
}

export interface CompressedBody {
  /** Deflated and flushed to a whole byte, so that other pieces can follow. */
  readonly deflated: Buffer
  /** CRC-32 of the plain bytes. */
  readonly checksum: number
}

/** Pieces in a row, ready for responses that each add a last piece of their own. */
export interface PreparedBody {
  plain(): readonly Buffer[]
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
// usual most of the time goes that a short text takes, which is asked of the system for each and given back; half
// the window is another quarter for two bytes of a hundred.
const toWholeByte = { finishFlush: constants.Z_FULL_FLUSH, level: 2, memLevel: 6, windowBits: 14 }
// A piece is not the end of a stream.
const notEnded = { finishFlush: constants.Z_SYNC_FLUSH }

/**
 * Compresses a piece once for all the responses that will hold it: off the event loop, unless it is
 * so short that it hardly holds it.
 */
export async function encodeBody(text: string | Buffer): Promise<EncodedBody> {
  const plain = bytesOf(text)
  return kept(plain, withoutRoom(await compress(plain)))
}

/** Makes the pieces of a response. */
export interface PieceEncoder {
  encode(text: string | Buffer): Promise<EncodedBody>
  /** Where it wants its texts written, if it has no more to do with them when a piece is made. */
  readonly rooms?: Rooms
}

/** Keeps the text of each piece beside what is compressed of it. */
export const keptWhole: PieceEncoder = { encode: encodeBody }

/**
 * For the pieces of a thousand targets: keeps only what is compressed, a fifth of the text, which is unpacked for
 * the few who ask for it. Most of what a poll asked the system for was the memory of its text. What is compressed
 * stands where that of another one stood: who asks for it gets a copy.
 */
export function createPacking(): PieceEncoder {
  const shelf = createShelf()
  return { encode: (text) => packBody(text, shelf), rooms: createRooms(atOnceBytes) }
}

/** Keeps of a piece what is compressed. Up to `atOnceBytes` it is done with the text when it returns. */
export async function packBody(text: string | Buffer, shelf: Shelf): Promise<EncodedBody> {
  const plain = bytesOf(text)
  const { deflated, checksum } = await compress(plain)
  return packed(shelf, shelf.put(deflated), checksum, plain.length)
}

function packed(shelf: Shelf, put: Buffer, checksum: number, plainLength: number): EncodedBody {
  let memory: Buffer | undefined = put

  function deflated(): Buffer {
    if (!memory) throw new Error('a body is asked for that was released')
    return memory
  }

  return {
    plainLength,
    plain: () => inflateRawSync(deflated(), notEnded),
    compressed: () => ({ deflated: copyOf(deflated()), checksum }),
    release() {
      if (memory) shelf.giveBack(memory)
      memory = undefined
    },
  }
}

/** The same on the event loop: for texts of a few kilobytes, or where threads are not to be waited for. */
export function encodeBodyAtOnce(text: string | Buffer): EncodedBody {
  const plain = bytesOf(text)
  return kept(plain, withoutRoom(compressAtOnce(plain)))
}

function bytesOf(text: string | Buffer): Buffer {
  return typeof text === 'string' ? Buffer.from(text) : text
}

function kept(plain: Buffer, compressed: CompressedBody): EncodedBody {
  return { plainLength: plain.length, plain: () => plain, compressed: () => compressed }
}

async function compress(plain: Buffer): Promise<CompressedBody> {
  if (plain.length <= atOnceBytes) return compressAtOnce(plain)
  return { deflated: await deflate(plain, toWholeByte), checksum: crc32(plain) }
}

function compressAtOnce(plain: Buffer): CompressedBody {
  return { deflated: deflateRawSync(plain, toWholeByte), checksum: crc32(plain) }
}

// What is compressed stands in a block of 16 KiB, which would be kept with it; what is long has no room left.
function withoutRoom({ deflated, checksum }: CompressedBody): CompressedBody {
  const isWhole = deflated.length === deflated.buffer.byteLength
  return { deflated: isWhole ? deflated : copyOf(deflated), checksum }
}

function copyOf(bytes: Buffer): Buffer {
  const own = Buffer.allocUnsafeSlow(bytes.length)
  bytes.copy(own)
  return own
}

/** The same without compressing: for texts so short that it would gain nothing. */
export function storeBody(text: string): EncodedBody {
  const plain = Buffer.from(text)
  const deflated = Buffer.concat(storedBlocks(plain, false))
  return kept(plain, { deflated, checksum: crc32(plain) })
}

/** Puts pieces in a row, behind others if given, without copying or even reading them. */
export function prepareBody(
  bodies: readonly EncodedBody[],
  before: PreparedBody = nothing,
): PreparedBody {
  const compressed = bodies.map((body) => body.compressed())
  const deflated = compressed.map((one) => one.deflated)
  return {
    plain: () => [...before.plain(), ...bodies.map((body) => body.plain())],
    plainLength: bodies.reduce((sum, { plainLength }) => sum + plainLength, before.plainLength),
    gzip: [...before.gzip, ...deflated],
    gzipLength: before.gzipLength + totalLength(deflated),
    checksum: compressed.reduce(
      (sum, { checksum }, index) =>
        combineChecksums(sum, checksum, bodies[index]?.plainLength ?? 0),
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
  plain: () => [],
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
