import { StringDecoder } from 'node:string_decoder'
import { fromBinary } from '../keyspace/binary-text.ts'
import { inSlices, nextSlice } from '../yielding.ts'
import type { Reply } from './command.ts'

/** A reply as the client library gives it: texts as bytes, and errors where they stand in lists. */
export type Bytes = Buffer | number | null | Error | Bytes[]

type Element = Bytes | Reply

interface OpenList {
  readonly list: Element[]
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
  let failure: Error | undefined
  const reply = await replaceInSlices(bytes, (one) => {
    if (one instanceof Error) failure ??= one
    return Buffer.isBuffer(one) ? one.toString(encoding) : undefined
  })
  if (failure) throw failure
  return reply
}

/** A reply of binary strings with its texts as they are in UTF-8, in slices. Takes the lists as its own. */
export function toTextInSlices(reply: Reply): Promise<Reply> {
  return replaceInSlices(reply, (one) => (typeof one === 'string' ? fromBinary(one) : undefined))
}

/** The reply with something else in the place of what stands in it, however deep; undefined keeps that. */
async function replaceInSlices(
  reply: Element,
  replace: (one: Element) => Reply | undefined,
): Promise<Reply> {
  const whole = [reply]
  const open: OpenList[] = [{ list: whole, next: 0 }]
  await inSlices(lastOf(open), (last) => {
    const { list, next } = last
    const element = list[next]
    if (element === undefined) {
      open.pop()
      return
    }
    last.next += 1
    if (Array.isArray(element)) open.push({ list: element, next: 0 })
    else list[next] = replace(element) ?? element
  })
  return whole[0] as Reply
}

// Not made for each reply: V8 holds of each generator what it is known by in its old generation.
function* lastOf(open: readonly OpenList[]): Generator<OpenList> {
  for (let last = open.at(-1); last; last = open.at(-1)) yield last
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
