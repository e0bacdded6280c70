import type { ServerResponse } from 'node:http'
import { aroundLastOfGzip, type PreparedBody, writeEndOfGzip } from '../metrics/encoded-body.ts'
import type { Encoding } from '../metrics/joined-body.ts'

// A larger body is not worth the memory of a copy, and copying it would hold the event loop.
const largestWhole = 128 * 1024
// What stands at the end grows from one response to the next, by a digit or a line.
const spareBytes = 8 * 1024
// A unit of a text is three bytes at most.
const longestLast = Math.floor((spareBytes - aroundLastOfGzip) / 3)
const mostCopies = 4

interface Copy {
  readonly bytes: Buffer
  /** What of it was given last, and to whom. */
  given: Buffer
  response: ServerResponse
}

interface Copies extends Readonly<Record<Encoding, Copy[]>> {
  readonly of: PreparedBody
}

/**
 * Gives a response its body in one piece, of which only the end is written for it. Undefined where
 * the body is large, is served for the first time, or too many clients still take theirs.
 */
export type WholeBodies = (
  response: ServerResponse,
  prepared: PreparedBody,
  encoding: Encoding,
  last: string,
) => Buffer | undefined

/**
 * Puts the pieces of a body together once for all the responses that begin with them, since the
 * system takes one piece in less time than several. A copy belongs to a response until the system
 * has all of it: mostly that is at once, so that one copy serves all.
 */
export function createWholeBodies(): WholeBodies {
  let known: Copies | undefined

  function copyOf(prepared: PreparedBody, encoding: Encoding, response: ServerResponse): Copy {
    const bytes = Buffer.allocUnsafeSlow(lengthOf(prepared, encoding) + spareBytes)
    let at = 0
    for (const piece of piecesOf(prepared, encoding)) at += piece.copy(bytes, at)
    return { bytes, given: bytes, response }
  }

  return (response, prepared, encoding, last) => {
    if (known?.of !== prepared) {
      // Whether there will be a second response with it is not known.
      known = { of: prepared, plain: [], gzip: [] }
      return undefined
    }
    const start = lengthOf(prepared, encoding)
    if (start > largestWhole || last.length > longestLast) return undefined
    const copies = known[encoding]
    let copy = copies.find((one) => one.response.writableFinished)
    if (!copy) {
      if (copies.length === mostCopies) return undefined
      copy = copyOf(prepared, encoding, response)
      copies.push(copy)
    }
    copy.response = response
    const { bytes } = copy
    const end =
      encoding === 'gzip'
        ? writeEndOfGzip(prepared, last, bytes, start)
        : start + bytes.write(last, start)
    if (copy.given.length !== end) copy.given = bytes.subarray(0, end)
    return copy.given
  }
}

/** How many bytes the pieces have, as they travel. */
export function lengthOf({ plainLength, gzipLength }: PreparedBody, encoding: Encoding): number {
  return encoding === 'gzip' ? gzipLength : plainLength
}

/** The pieces, as they travel. */
export function piecesOf({ plain, gzip }: PreparedBody, encoding: Encoding): readonly Buffer[] {
  return encoding === 'gzip' ? gzip : plain()
}
