import type { Command } from './command.ts'

/*
 * Commands in RESP2, from binary strings: one character for each byte.
 * Source: https://redis.io/docs/latest/develop/reference/protocol-spec/
 */

const list = 42
const bulk = 36
const zero = 48
const carriageReturn = 13
const lineFeed = 10

// Of longer texts the copy by Node.js is the faster one.
const longText = 64

/**
 * Commands as they go over the wire. Written byte by byte: joined strings of the millions of commands
 * of a walk would be more to collect than all else of it.
 */
export function encodeCommands(commands: readonly Command[]): Buffer {
  let length = 0
  for (const command of commands) {
    length += lineLength(command.length)
    for (const word of command) length += lineLength(word.length) + word.length + 2
  }
  const bytes = Buffer.allocUnsafe(length)
  let at = 0
  for (const command of commands) {
    at = writeLine(bytes, at, list, command.length)
    for (const word of command) at = writeWord(bytes, at, word)
  }
  return bytes
}

function writeWord(bytes: Buffer, start: number, word: string): number {
  let at = writeLine(bytes, start, bulk, word.length)
  if (word.length > longText) at += bytes.write(word, at, 'latin1')
  else for (let index = 0; index < word.length; index++) bytes[at++] = word.charCodeAt(index)
  return endLine(bytes, at)
}

/** The line that tells how many words or bytes follow. */
function writeLine(bytes: Buffer, start: number, sign: number, count: number): number {
  bytes[start] = sign
  const end = start + 1 + digitsOf(count)
  let rest = count
  for (let at = end - 1; at > start; at--) {
    bytes[at] = zero + (rest % 10)
    rest = Math.floor(rest / 10)
  }
  return endLine(bytes, end)
}

function endLine(bytes: Buffer, at: number): number {
  bytes[at] = carriageReturn
  bytes[at + 1] = lineFeed
  return at + 2
}

function lineLength(count: number): number {
  return digitsOf(count) + 3
}

function digitsOf(count: number): number {
  let digits = 1
  for (let least = 10; count >= least; least *= 10) digits += 1
  return digits
}
