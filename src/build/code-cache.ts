import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { crc32 } from 'node:zlib'

const headLength = 128
const longest = 16 * 2 ** 20
const pieceBytes = 64 * 1024
const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants

/** Where the code stands that was compiled of a program in a file. */
export function codeCacheOf(file: string): string {
  return `${file}.cache`
}

/** Code of V8 with what it was made by, and from which file. */
export function packCode(code: Buffer, file: string): Buffer {
  return Buffer.concat([Buffer.from(headOf(code, file)), code])
}

/**
 * Reads the code that stands beside a program; undefined where there is none, or none that this Node
 * made of this program. V8 believes what it is given: that nothing is damaged, and that somebody else
 * did not put it there, is looked at here.
 */
export function readCode(file: string): Uint8Array | undefined {
  try {
    const packed = readTrusted(codeCacheOf(file), statSync(file).uid)
    if (!packed) return undefined
    const code = packed.subarray(headLength)
    const head = Buffer.from(packed.buffer, 0, headLength).toString('latin1')
    return head === headOf(code, file) ? code : undefined
  } catch {
    // Without it we only start more slowly.
    return undefined
  }
}

// Code fits the very build of Node that made it, which its version alone does not tell.
function headOf(code: Uint8Array, file: string): string {
  const { size, mtimeMs } = statSync(process.execPath)
  const node = [process.version, process.arch, size, Math.floor(mtimeMs / 1000)]
  return [...node, checksumOf(file), crc32(code)].join(' ').padEnd(headLength)
}

// Piece by piece: memory that is given back in large pieces is kept by the C library for the next ones.
function checksumOf(file: string): number {
  const descriptor = openSync(file, O_RDONLY)
  try {
    const piece = Buffer.allocUnsafeSlow(pieceBytes)
    let checksum = 0
    for (;;) {
      const bytes = readSync(descriptor, piece)
      if (bytes === 0) return checksum
      checksum = crc32(piece.subarray(0, bytes), checksum)
    }
  } finally {
    closeSync(descriptor)
  }
}

/** A file that can have been written by the owner alone, who is that of the program. */
function readTrusted(path: string, owner: number): Uint8Array | undefined {
  const descriptor = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  try {
    const stats = fstatSync(descriptor)
    const isOwners = stats.uid === owner && (stats.mode & 0o022) === 0
    if (!stats.isFile() || !isOwners || stats.size > longest) return undefined
    const content = new Uint8Array(stats.size)
    let length = 0
    while (length < content.length) {
      const bytes = readSync(descriptor, content, { offset: length })
      if (bytes === 0) return undefined
      length += bytes
    }
    return content
  } finally {
    closeSync(descriptor)
  }
}
