import { endOfText } from './end-of-text.ts'
import { bound, endTrip, type Progress, startOf } from './reply-progress.ts'

/*
 * The frame of RESP2, byte by byte: what stands before, between and behind the texts.
 * Source: https://redis.io/docs/latest/develop/reference/protocol-spec/
 */

// Replies of servers and modules are a few levels deep; a line is a word, a number or an error.
const deepest = 100
const longestLine = 64 * 1024
const mostDigits = { length: 15, integer: 20 }

const carriageReturn = 13
const lineFeed = 10
const plus = 43
const minus = 45
const zero = 48
const simple = 43
const error = 45
const integer = 58
const bulk = 36
const list = 42

// Where in a reply the next byte stands.
const atType = 0
const inLine = 1
const inNumber = 2
const atLineFeed = 3
const inBody = 4
const behindBody = 5
const atLastByte = 6

/** How many of the last bytes tell too little yet; see Framing. */
export function openEnd({ type, state, signed, length }: Progress): number {
  const ofNumber = type === integer || type === bulk || type === list
  const digits = ofNumber ? 1 + Number(signed) + length : 0
  if (state === inNumber) return digits
  if (state === atLineFeed) return digits + 1
  return state === atLastByte ? 1 : 0
}

/** Goes on from a byte of the chunk; returns where to go on. */
export function follow(progress: Progress, chunk: Uint8Array, at: number): number {
  switch (progress.state) {
    case atType: {
      const end = progress.depth > 0 ? passTexts(progress, chunk, at) : at
      if (end > at) return end
      begin(progress, chunk[at], progress.received + at)
      return at + 1
    }
    case inLine:
      return followLine(progress, chunk, at)
    case inNumber:
      return followNumber(progress, chunk, at)
    case atLineFeed:
      expect(progress, chunk[at], lineFeed)
      endLine(progress, progress.received + at + 1)
      return at + 1
    case inBody:
      return followBody(progress, chunk, at)
    case behindBody:
      expect(progress, chunk[at], carriageReturn)
      progress.state = atLastByte
      return at + 1
    default:
      expect(progress, chunk[at], lineFeed)
      complete(progress, progress.received + at + 1)
      return at + 1
  }
}

function expect(progress: Progress, byte: number | undefined, expected: number): void {
  if (byte !== expected) progress.fault = 'malformed'
}

/**
 * Passes over the texts of a list that are here as a whole, but for its last element: the short way
 * for the millions of keys of a walk. Whatever is otherwise is left to the others.
 */
function passTexts({ lacking, depth, received, most }: Progress, chunk: Uint8Array, start: number) {
  let left = lacking[depth - 1] ?? 0
  let at = start
  for (; left > 1; left--) {
    const end = endOfText(chunk, at)
    // What may be too large is found out by its length, before it is passed.
    if (end < 0 || received + end > most) break
    at = end
  }
  if (at > start) lacking[depth - 1] = left
  return at
}

function begin(progress: Progress, byte: number | undefined, receivedHere: number): void {
  if (progress.depth === 0) {
    const { bytes, bytesTogether } = progress.bounds
    const isFirst = startOf(progress) < progress.tripStart
    // Where nothing bounds a round trip, it never ends, and nobody asks what took most of it.
    if (isFirst || bytesTogether === Infinity) progress.starts.length = 0
    progress.starts.push(receivedHere)
    progress.most = Math.min(receivedHere + bytes, progress.tripStart + bytesTogether)
    if (progress.owed === 0 && !progress.subscribed) progress.fault = 'unasked'
  }
  progress.type = byte ?? 0
  progress.length = 0
  progress.value = 0
  progress.signed = false
  progress.negative = false
  if (progress.type === simple || progress.type === error) progress.state = inLine
  else if (progress.type === integer || progress.type === bulk || progress.type === list)
    progress.state = inNumber
  else progress.fault ??= 'malformed'
}

function complete(progress: Progress, receivedHere: number): void {
  progress.state = atType
  while (progress.depth > 0) {
    const left = (progress.lacking[progress.depth - 1] ?? 0) - 1
    progress.lacking[progress.depth - 1] = left
    if (left > 0) return
    progress.depth -= 1
  }
  progress.elements = 0
  if (progress.owed === 0) return
  progress.owed -= 1
  progress.owedByTrip -= 1
  if (progress.owedByTrip === 0) endTrip(progress, receivedHere)
}

function followLine(progress: Progress, chunk: Uint8Array, start: number): number {
  let at = start
  while (at < chunk.length && chunk[at] !== carriageReturn && chunk[at] !== lineFeed) at++
  progress.length += at - start
  if (progress.length > longestLine) progress.fault = 'malformed'
  if (at === chunk.length) return at
  expect(progress, chunk[at], carriageReturn)
  progress.state = atLineFeed
  return at + 1
}

function followNumber(progress: Progress, chunk: Uint8Array, start: number): number {
  const at = followDigits(progress, chunk, start)
  const most = progress.type === integer ? mostDigits.integer : mostDigits.length
  if (progress.length > most) progress.fault = 'malformed'
  if (at === chunk.length) return at
  if (progress.length === 0) takeSign(progress, chunk[at])
  else {
    expect(progress, chunk[at], carriageReturn)
    progress.state = atLineFeed
  }
  return at + 1
}

function followDigits(progress: Progress, chunk: Uint8Array, start: number): number {
  let at = start
  let value = progress.value
  for (; at < chunk.length; at++) {
    const digit = (chunk[at] ?? 0) - zero
    if (digit < 0 || digit > 9) break
    value = value * 10 + digit
  }
  progress.value = value
  progress.length += at - start
  return at
}

function takeSign(progress: Progress, byte: number | undefined): void {
  if (progress.signed || (byte !== minus && (byte !== plus || progress.type !== integer)))
    progress.fault = 'malformed'
  progress.signed = true
  progress.negative = byte === minus
}

function endLine(progress: Progress, receivedHere: number): void {
  if (progress.type !== bulk && progress.type !== list) complete(progress, receivedHere)
  else if (progress.negative) {
    // The only negative length is that of what is not there.
    if (progress.value !== 1 || progress.length !== 1) progress.fault = 'malformed'
    complete(progress, receivedHere)
  } else if (progress.type === bulk) openBody(progress, receivedHere)
  else openList(progress, receivedHere)
}

function openBody(progress: Progress, receivedHere: number): void {
  bound(progress, receivedHere + progress.value)
  progress.length = progress.value
  progress.state = progress.length > 0 ? inBody : behindBody
}

function openList(progress: Progress, receivedHere: number): void {
  progress.elements += progress.value
  if (progress.elements > progress.bounds.elements) progress.fault = 'too many elements'
  if (progress.value === 0) {
    complete(progress, receivedHere)
    return
  }
  if (progress.depth === deepest) progress.fault = 'malformed'
  progress.lacking[progress.depth] = progress.value
  progress.depth += 1
  progress.state = atType
}

function followBody(progress: Progress, chunk: Uint8Array, start: number): number {
  const part = Math.min(progress.length, chunk.length - start)
  progress.length -= part
  if (progress.length === 0) progress.state = behindBody
  return start + part
}
