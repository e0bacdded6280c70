import type { Reply } from './command.ts'
import type { BulkReply, OnHead } from './connection.ts'
import { fromErrorReply, type RedisError, redisError } from './redis-error.ts'

/*
 * Replies in RESP2, as binary strings: one character for each byte.
 * Source: https://redis.io/docs/latest/develop/reference/protocol-spec/
 */

const bulk = 36
const integer = 58
const list = 42
const zero = 48
const carriageReturn = 13
// So many make a number that is exact.
const mostDigits = 15

interface OpenList {
  readonly items: Reply[]
  left: number
}

/**
 * Makes the function that takes what arrives, in pieces of any size, and hands on each reply that
 * is whole. What arrives has passed the check of its framing; a RedisError is thrown where it has
 * not. `onHead` is told the first element of a reply that is a list of several. A reply with an error in
 * it, however deep, counts as that error. Each byte is looked at a few times at most, however many pieces
 * a reply comes in.
 */
export function createReplyReader(
  onReply: (reply: BulkReply) => void,
  onHead: OnHead = () => undefined,
): (chunk: Buffer) => void {
  const open: OpenList[] = []
  /** The first error within the lists that are open. */
  let failure: RedisError | undefined
  let text = ''
  let at = 0
  // What is still arriving need not be looked at before it can be whole: a text by its length, a
  // line by its end.
  let needed = 0
  let lacksLineEnd = false
  let digitsEnd = 0

  function complete(reply: Reply): void {
    let value = reply
    for (let list = open.at(-1); list; list = open.at(-1)) {
      list.items.push(value)
      list.left -= 1
      if (list.left > 0) {
        if (open.length === 1 && list.items.length === 1) onHead(value)
        return
      }
      open.pop()
      value = list.items
    }
    const whole = failure ?? value
    failure = undefined
    onReply(whole)
  }

  // Reads one reply, or the head of a list; false when more has to arrive first.
  function read(): boolean {
    const type = text.charCodeAt(at)
    return type === bulk || type === integer || type === list ? readNumber(type) : readLine()
  }

  // The short way for the millions of texts and numbers of a walk, which neither looks for the end
  // of the line nor takes a part of the text.
  function readNumber(type: number): boolean {
    const value = digits(at + 1)
    if (text.charCodeAt(digitsEnd) !== carriageReturn || digitsEnd === at + 1) return readLine()
    lacksLineEnd = digitsEnd + 1 >= text.length
    if (lacksLineEnd) return false
    if (type === bulk) return readText(value, digitsEnd + 2)
    at = digitsEnd + 2
    if (type === integer) complete(value)
    else openList(value)
    return true
  }

  /** The number from a place on; `digitsEnd` tells where it ends. */
  function digits(start: number): number {
    let value = 0
    for (digitsEnd = start; digitsEnd < start + mostDigits; digitsEnd++) {
      const digit = text.charCodeAt(digitsEnd) - zero
      if (!(digit >= 0 && digit <= 9)) break
      value = value * 10 + digit
    }
    return value
  }

  function readLine(): boolean {
    const end = text.indexOf('\r\n', at)
    lacksLineEnd = end < 0
    if (lacksLineEnd) return false
    const start = at + 1
    const next = end + 2
    switch (text[at]) {
      case '$':
        return readText(lengthOf(text.slice(start, end)), next)
      case ':':
        at = next
        complete(Number(text.slice(start, end)))
        return true
      case '+':
        at = next
        complete(text.slice(start, end))
        return true
      case '-':
        at = next
        // An error takes longer than all else that is read: of a list that is full of them one counts.
        failure ??= fromErrorReply(text.slice(start, end))
        complete(null)
        return true
      case '*':
        at = next
        openList(lengthOf(text.slice(start, end)))
        return true
      default:
        throw notRedis()
    }
  }

  function readText(size: number, start: number): boolean {
    if (size >= 0 && text.length < start + size + 2) {
      needed = start + size + 2
      return false
    }
    at = size < 0 ? start : start + size + 2
    complete(size < 0 ? null : text.slice(start, start + size))
    return true
  }

  function openList(size: number): void {
    if (size < 0) complete(null)
    else if (size === 0) complete([])
    else open.push({ items: [], left: size })
  }

  return (chunk) => {
    const piece = chunk.toString('latin1')
    const rest = at === text.length ? '' : text.slice(at)
    needed -= at
    // Joined by reference: it is put together once something looks into it.
    text = rest + piece
    at = 0
    if (text.length < needed || (lacksLineEnd && !piece.includes('\n'))) return
    needed = 0
    while (at < text.length && read());
  }
}

/** The only length that is no number of digits is that of what is not there. */
function lengthOf(text: string): number {
  if (text === '-1') return -1
  throw notRedis()
}

/** What came is something else than RESP2. */
export function notRedis(): RedisError {
  return redisError('protocol', 'the answer is not the Redis protocol')
}
