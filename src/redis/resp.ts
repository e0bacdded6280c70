import type { Command, Reply } from './command.ts'
import type { BulkReply } from './connection.ts'
import { fromErrorReply, type RedisError, redisError } from './redis-error.ts'

/*
 * RESP2, the protocol of Redis, over binary strings: one character for each byte.
 * Source: https://redis.io/docs/latest/develop/reference/protocol-spec/
 */

/** Commands as they go over the wire. */
export function encodeCommands(commands: readonly Command[]): string {
  let text = ''
  for (const command of commands) {
    text += `*${command.length}\r\n`
    for (const word of command) text += `$${word.length}\r\n${word}\r\n`
  }
  return text
}

interface OpenList {
  readonly items: Reply[]
  left: number
}

/**
 * Makes the function that takes what arrives, in pieces of any size, and hands on each reply that
 * is whole. What arrives has passed the check of its framing; a RedisError is thrown where it has
 * not. A reply with an error in it, however deep, counts as that error. Each byte is looked at a
 * few times at most, however many pieces a reply comes in.
 */
export function createReplyReader(onReply: (reply: BulkReply) => void): (chunk: Buffer) => void {
  const open: OpenList[] = []
  /** The first error within the lists that are open. */
  let failure: RedisError | undefined
  let text = ''
  let at = 0
  // What is still arriving need not be looked at before it can be whole: a text by its length, a
  // line by its end.
  let needed = 0
  let lacksLineEnd = false

  function complete(reply: Reply): void {
    let value = reply
    for (let list = open.at(-1); list; list = open.at(-1)) {
      list.items.push(value)
      list.left -= 1
      if (list.left > 0) return
      open.pop()
      value = list.items
    }
    const whole = failure ?? value
    failure = undefined
    onReply(whole)
  }

  function fail(error: RedisError): void {
    failure ??= error
    complete(null)
  }

  // Reads one reply, or the head of a list; false when more has to arrive first.
  function read(): boolean {
    const end = text.indexOf('\r\n', at)
    lacksLineEnd = end < 0
    if (lacksLineEnd) return false
    const start = at + 1
    const next = end + 2
    switch (text[at]) {
      case '$':
        return readText(lengthAt(text, start, end), next)
      case ':':
        at = next
        complete(digitsAt(text, start, end) ?? Number(text.slice(start, end)))
        return true
      case '+':
        at = next
        complete(text.slice(start, end))
        return true
      case '-':
        at = next
        fail(fromErrorReply(text.slice(start, end)))
        return true
      case '*':
        at = next
        openList(lengthAt(text, start, end))
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

function lengthAt(text: string, start: number, end: number): number {
  const size = digitsAt(text, start, end)
  if (size !== undefined) return size
  if (text.slice(start, end) === '-1') return -1
  throw notRedis()
}

/**
 * The number that digits make, at most 15 of them; undefined where there is anything else. Neither
 * a part of the text nor a regular expression: this is done for each of millions of keys.
 */
function digitsAt(text: string, start: number, end: number): number | undefined {
  if (start === end || end - start > 15) return undefined
  let value = 0
  for (let at = start; at < end; at++) {
    const digit = text.charCodeAt(at) - 48
    if (!(digit >= 0 && digit <= 9)) return undefined
    value = value * 10 + digit
  }
  return value
}

/** What came is something else than RESP2. */
export function notRedis(): RedisError {
  return redisError('protocol', 'the answer is not the Redis protocol')
}
