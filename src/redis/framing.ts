/*
 * Whether bytes are RESP2 as far as their frame goes: what stands before, between and behind the
 * texts. Source: https://redis.io/docs/latest/develop/reference/protocol-spec/
 */

/** What replies may be. */
export interface ReplyBounds {
  /** Bytes of one reply. */
  readonly bytes: number
  /** Elements of all lists within one reply. */
  readonly elements: number
  /** Bytes of all replies that are owed together. */
  readonly bytesTogether: number
}

/** What can be wrong: no RESP2, a reply that nobody asked for, more of something than may be. */
export type FramingFault =
  | 'malformed'
  | 'unasked'
  | 'too large'
  | 'too many elements'
  | 'too large together'

/** Follows the replies of one connection, whatever pieces they come in. */
export interface Framing {
  /** Says that commands were sent which so many replies answer. */
  owe(replies: number): void
  /** Replies that are still to come, one that came in part among them. */
  owed(): number
  /**
   * Looks at the next bytes. Once something is wrong, nothing is right any more. What passed can
   * be read by whoever trusts that it is RESP2, is bounded, and answers what was asked.
   */
  check(chunk: Uint8Array): FramingFault | undefined
  /**
   * How many of the last bytes tell too little yet to be passed on: a number or a line end of which
   * the rest is to come. A reader that trusts them goes ahead before it has seen that rest.
   */
  openEnd(): number
}

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

/** Reads each byte once, but for the bodies of texts, which are passed over by their length. */
export function createFraming(bounds: ReplyBounds): Framing {
  /** How many elements each open list still lacks. */
  const lacking: number[] = []
  let depth = 0
  let owed = 0
  /** Bytes of the round trip before the chunk that is looked at. */
  let received = 0
  /** How many of them came before the reply that is looked at. */
  let before = 0
  /** Elements of the reply so far. */
  let elements = 0
  let state = atType
  let type = 0
  /** Characters of a line, digits of a number, bytes of a body that are still to come. */
  let length = 0
  let value = 0
  let signed = false
  let negative = false
  let fault: FramingFault | undefined

  function complete(): void {
    state = atType
    while (depth > 0) {
      const left = (lacking[depth - 1] ?? 0) - 1
      lacking[depth - 1] = left
      if (left > 0) return
      depth -= 1
    }
    owed -= 1
    elements = 0
  }

  function bound(bytes: number): void {
    if (bytes - before > bounds.bytes) fault ??= 'too large'
    if (bytes > bounds.bytesTogether) fault ??= 'too large together'
  }

  function expect(byte: number | undefined, expected: number): void {
    if (byte !== expected) fault = 'malformed'
  }

  function begin(byte: number | undefined, receivedHere: number): void {
    if (depth === 0) {
      before = receivedHere
      if (owed === 0) fault = 'unasked'
    }
    type = byte ?? 0
    length = 0
    value = 0
    signed = false
    negative = false
    if (type === simple || type === error) state = inLine
    else if (type === integer || type === bulk || type === list) state = inNumber
    else fault ??= 'malformed'
  }

  function followLine(chunk: Uint8Array, start: number): number {
    let at = start
    while (at < chunk.length && chunk[at] !== carriageReturn && chunk[at] !== lineFeed) at++
    length += at - start
    if (length > longestLine) fault = 'malformed'
    if (at === chunk.length) return at
    expect(chunk[at], carriageReturn)
    state = atLineFeed
    return at + 1
  }

  function followNumber(chunk: Uint8Array, start: number): number {
    const at = followDigits(chunk, start)
    if (length > (type === integer ? mostDigits.integer : mostDigits.length)) fault = 'malformed'
    if (at === chunk.length) return at
    if (length === 0) takeSign(chunk[at])
    else {
      expect(chunk[at], carriageReturn)
      state = atLineFeed
    }
    return at + 1
  }

  function followDigits(chunk: Uint8Array, start: number): number {
    let at = start
    let number = value
    for (; at < chunk.length; at++) {
      const digit = (chunk[at] ?? 0) - zero
      if (digit < 0 || digit > 9) break
      number = number * 10 + digit
    }
    value = number
    length += at - start
    return at
  }

  function takeSign(byte: number | undefined): void {
    if (signed || (byte !== minus && (byte !== plus || type !== integer))) fault = 'malformed'
    signed = true
    negative = byte === minus
  }

  function endLine(receivedHere: number): void {
    if (type !== bulk && type !== list) complete()
    else if (negative) {
      // The only negative length is that of what is not there.
      if (value !== 1 || length !== 1) fault = 'malformed'
      complete()
    } else if (type === bulk) openBody(receivedHere)
    else openList()
  }

  function openBody(receivedHere: number): void {
    bound(receivedHere + value)
    length = value
    state = length > 0 ? inBody : behindBody
  }

  function openList(): void {
    elements += value
    if (elements > bounds.elements) fault = 'too many elements'
    if (value === 0) {
      complete()
      return
    }
    if (depth === deepest) fault = 'malformed'
    lacking[depth] = value
    depth += 1
    state = atType
  }

  function followBody(chunk: Uint8Array, start: number): number {
    const part = Math.min(length, chunk.length - start)
    length -= part
    if (length === 0) state = behindBody
    return start + part
  }

  /** Goes on from a byte of the chunk; returns where to go on. */
  function follow(chunk: Uint8Array, at: number): number {
    switch (state) {
      case atType:
        begin(chunk[at], received + at)
        return at + 1
      case inLine:
        return followLine(chunk, at)
      case inNumber:
        return followNumber(chunk, at)
      case atLineFeed:
        expect(chunk[at], lineFeed)
        endLine(received + at + 1)
        return at + 1
      case inBody:
        return followBody(chunk, at)
      case behindBody:
        expect(chunk[at], carriageReturn)
        state = atLastByte
        return at + 1
      default:
        expect(chunk[at], lineFeed)
        complete()
        return at + 1
    }
  }

  return {
    owe(replies) {
      // Nothing can be under way.
      if (owed === 0) received = 0
      owed += replies
    },
    owed: () => owed,
    openEnd() {
      const ofNumber = type === integer || type === bulk || type === list
      const digits = ofNumber ? 1 + Number(signed) + length : 0
      if (state === inNumber) return digits
      if (state === atLineFeed) return digits + 1
      return state === atLastByte ? 1 : 0
    },
    check(chunk) {
      for (let at = 0; at < chunk.length && !fault; ) at = follow(chunk, at)
      received += chunk.length
      bound(received)
      return fault
    },
  }
}
