import { closeSync, constants, fstatSync, openSync, readFileSync, statSync } from 'node:fs'
import { crc32 } from 'node:zlib'

const headLength = 128
const longest = 16 * 2 ** 20
const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants

/** Where the code stands that was compiled of a program in a file. */
export function codeCacheOf(file: string): string {
  return `${file}.cache`
}

/** Code of V8 with what it was made by and from; `content` is that of the program's file. */
export function packCode(code: Buffer, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from(headOf(code, content)), code])
}

/**
 * Reads the code that stands beside a program; undefined where there is none, or none that this Node
 * made of this program. V8 believes what it is given: that nothing is damaged, and that somebody else
 * did not put it there, is looked at here.
 */
export function readCode(file: string, content: Buffer): Buffer | undefined {
  try {
    const packed = readTrusted(codeCacheOf(file), statSync(file).uid)
    const code = packed?.subarray(headLength)
    return code && packed?.toString('latin1', 0, headLength) === headOf(code, content)
      ? code
      : undefined
  } catch {
    // Without it we only start more slowly.
    return undefined
  }
}

// Code fits the very build of Node that made it, which its version alone does not tell.
function headOf(code: Buffer, content: Buffer): string {
  const { size, mtimeMs } = statSync(process.execPath)
  const node = [process.version, process.arch, size, Math.floor(mtimeMs / 1000)]
  return [...node, crc32(content), crc32(code)].join(' ').padEnd(headLength)
}

/** A file that can have been written by the owner alone, who is that of the program. */
function readTrusted(path: string, owner: number): Buffer | undefined {
  const descriptor = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  try {
    const stats = fstatSync(descriptor)
    const isOwners = stats.uid === owner && (stats.mode & 0o022) === 0
    return stats.isFile() && isOwners && stats.size <= longest
      ? readFileSync(descriptor)
      : undefined
  } finally {
    closeSync(descriptor)
  }
}
