import { StringDecoder } from 'node:string_decoder'
import { inSlices, nextSlice } from '../yielding.ts'
import type { Reply } from './command.ts'

/** A reply as the client library gives it: texts as bytes, and errors where they stand in lists. */
export type Bytes = Buffer | number | null | Error | Bytes[]

interface OpenList {
  readonly list: Bytes[]
  next: number
}

/**
 * A reply with its texts as strings, in slices, since a list may have tens of thousands of them. Takes
 * the lists as its own. Rejects with the first error that stands in one: RESP allows it, and nothing
 * of ours can read a list with a hole.
 */
export async function decodeReply(bytes: Bytes, encoding: 'utf8' | 'latin1'): Promise<Reply> {
  if (Buffer.isBuffer(bytes))
    return bytes.length > pieceBytes ? inPieces(bytes, encoding) : bytes.toString(encoding)
  const whole: Bytes[] = [bytes]
  const open: OpenList[] = [{ list: whole, next: 0 }]
  let failure: Error | undefined

  function* lists(): Generator<OpenList> {
    for (let last = open.at(-1); last; last = open.at(-1)) yield last
  }

  await inSlices(lists(), (last) => {
    const { list, next } = last
    const element = list[next]
    if (element === undefined) {
      open.pop()
      return
    }
    last.next += 1
    if (Array.isArray(element)) open.push({ list: element, next: 0 })
    else if (Buffer.isBuffer(element)) (list as Reply[])[next] = element.toString(encoding)
    else if (element instanceof Error) failure ??= element
  })
  if (failure) throw failure
  return (whole as Reply[])[0] ?? null
}

// Decoded in well below a slice.
const pieceBytes = 1024 * 1024

/** A long text in pieces, and not in the turn in which the library has put it together. */
async function inPieces(bytes: Buffer, encoding: 'utf8' | 'latin1'): Promise<string> {
  await nextSlice()
  const decoder = new StringDecoder(encoding)
  let text = ''
  await inSlices(piecesOf(bytes), (piece) => {
    text += decoder.write(piece)
  })
  return text + decoder.end()
}

function* piecesOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes)
}
