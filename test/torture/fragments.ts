import { malformedReplies, unaskedReplies } from '../support/hostile-replies.ts'

/** Bytes that ended or hung a client of Redis before, or might. */
export const fragments: readonly [string, ...string[]] = [
  ...([...malformedReplies, ...unaskedReplies].map(({ bytes }) => bytes) as [string]),
  // Lists with errors in them.
  ...['*1\r\n-ERR x\r\n', '*2\r\n:1\r\n-LOADING x\r\n', '*2\r\n*1\r\n-ERR x\r\n$-1\r\n'],
  // Lengths.
  ...['$0\r\n\r\n', '$+3\r\nabc\r\n', '$3\r\nabcd\r\n', '$3\nabc\n', '$?\r\n;0\r\n'],
  ...['$99999999999999999999\r\n', '*4294967296\r\n', '*2000000000\r\n:1\r\n'],
  ...['*1\r\n'.repeat(99), '*1\r\n'.repeat(200), '*20000\r\n*0\r\n'],
  // Lines and numbers.
  ...['+OK\n', '+O\rK\r\n', '\r\n', '\0', ':\r\n', ':--1\r\n', '-\r\n', '+\r\n'],
  ...[':99999999999999999999999999\r\n', ':-9223372036854775808\r\n'],
  // The types of RESP3.
  ...['%1\r\n+a\r\n:1\r\n', ',1.5\r\n', '#t\r\n', '(123\r\n', '~1\r\n+a\r\n'],
  ...['|1\r\n+a\r\n+b\r\n+c\r\n', '!3\r\nERR\r\n'],
  // Other protocols.
  ...['HTTP/1.1 400 Bad Request\r\n\r\n', '\x15\x03\x01\x00\x02\x02\x50'],
  // What servers say when they do not answer.
  ...['-ERR\r\n', '-LOADING x\r\n', '-BUSY x\r\n', '-MASTERDOWN x\r\n', '-NOPERM x\r\n'],
  ...['-NOAUTH x\r\n', '-CLUSTERDOWN x\r\n', '-WRONGTYPE x\r\n', '-MISCONF x\r\n'],
  ...['-MOVED 1 127.0.0.1:1\r\n', '-ASK 1 127.0.0.1:1\r\n', '-NOSCRIPT x\r\n'],
]
