import fc from 'fast-check'
import type { Reply } from '../../src/redis/command.ts'
import { isRedisError, type RedisError } from '../../src/redis/redis-error.ts'
import { anyInfo, anyReply } from '../support/arbitrary-server.ts'
import { readFixture, recordedAnswer } from '../support/fixtures.ts'
import { keyOfEachKind } from '../support/key-replies.ts'
import { resp } from '../support/resp.ts'
import type { Random } from './random.ts'

/** What a hostile server does about one command. */
export type Answer =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  /** Sends these and hangs up. */
  | { readonly kind: 'last'; readonly bytes: Buffer }
  | { readonly kind: 'silence' }

/** Bytes that ended or hung a client of Redis before, or might. */
export const fragments: readonly [string, ...string[]] = [
  ...(['$/3\r\n+x\r\n', '$-1\r\n', '*-1\r\n', '_\r\n', '>1\r\n$-1\r\n'] as const),
  ...['>1\r\n$9\r\nsubscribe\r\n', '>3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n'],
  ...[
    '*1\r\n-ERR x\r\n',
    '*2\r\n:1\r\n-LOADING x\r\n',
    '*0\r\n',
    '$0\r\n\r\n',
    '%1\r\n+a\r\n:1\r\n',
  ],
  ...[
    '$-2\r\n',
    '$99999999999999999999\r\n',
    '*4294967296\r\n',
    '*2000000000\r\n:1\r\n',
    '$+3\r\nabc\r\n',
  ],
  ...[
    '$3\r\nabcd\r\n',
    '$3\nabc\n',
    '+OK\n',
    '+O\rK\r\n',
    '\r\n',
    '\0',
    ':\r\n',
    ':1a\r\n',
    ':--1\r\n',
  ],
  ...[
    ':99999999999999999999999999\r\n',
    ':-9223372036854775808\r\n',
    '-\r\n',
    '+\r\n',
    ',1.5\r\n',
    '#t\r\n',
  ],
  ...[
    '(123\r\n',
    '=5\r\ntxt:a\r\n',
    '~1\r\n+a\r\n',
    '|1\r\n+a\r\n+b\r\n+c\r\n',
    '!3\r\nERR\r\n',
    '$?\r\n;0\r\n',
  ],
  ...['HTTP/1.1 400 Bad Request\r\n\r\n', '\x15\x03\x01\x00\x02\x02\x50', '*1\r\n'.repeat(200)],
  ...[
    '-ERR\r\n',
    '-LOADING x\r\n',
    '-BUSY x\r\n',
    '-MASTERDOWN x\r\n',
    '-NOPERM x\r\n',
    '-NOAUTH x\r\n',
  ],
  ...[
    '-MOVED 1 127.0.0.1:1\r\n',
    '-ASK 1 127.0.0.1:1\r\n',
    '-CLUSTERDOWN x\r\n',
    '-WRONGTYPE x\r\n',
  ],
]

/** A sound reply to a command, as a recorded server gives it. */
export function soundReply(words: readonly string[]): Buffer {
  return encodeReply(soundAnswer(words))
}

function soundAnswer(words: readonly string[]): Reply | RedisError {
  const [name = '', ...rest] = words
  if (name === 'INFO') return soundInfo
  if (name === 'COMMAND') return rest.slice(1).map((word) => [word])
  if (name === 'SCAN') return ['0', keyOfEachKind]
  if (['CLIENT', 'SELECT', 'AUTH', 'READONLY'].includes(name) && rest[0] !== 'LIST') return 'OK'
  if (name === 'PING') return 'PONG'
  try {
    return recorded([name, ...rest])
  } catch {
    // What no server at hand was recorded with.
    return null
  }
}

const recorded = recordedAnswer('redis-7.0.15')
const soundInfo = readFixture('redis-7.0.15/info-everything.txt')

/** What the server answers to a command when it means harm. The same random gives the same. */
export function hostileAnswer(words: readonly string[], random: Random): Answer {
  // Most replies are sound, so that a poll comes as far as the one that is not.
  if (random.chance(words[0] === 'INFO' ? 50 : 60)) return bytes(soundReply(words))
  switch (random.below(10)) {
    case 0:
      return bytes(Buffer.from(random.pick(fragments), 'latin1'))
    case 1:
      return bytes(
        Buffer.concat([soundReply(words), Buffer.from(random.pick(fragments), 'latin1')]),
      )
    case 2:
      return bytes(largeReply(random))
    case 3:
      return random.chance(20)
        ? { kind: 'silence' }
        : { kind: 'last', bytes: cut(soundReply(words), random) }
    case 4:
    case 5:
    case 6:
      return bytes(encodeReply(arbitrary(words, random)))
    default:
      return bytes(mutate(soundReply(words), random))
  }
}

function bytes(of: Buffer): Answer {
  return { kind: 'bytes', bytes: of }
}

function arbitrary([name]: readonly string[], random: Random): Reply {
  const seed = random.below(2 ** 31)
  const [reply = null] = fc.sample<Reply>(name === 'INFO' ? anyInfo : anyReply, {
    seed,
    numRuns: 1,
  })
  return reply
}

function cut(reply: Buffer, random: Random): Buffer {
  return reply.subarray(0, random.below(reply.length + 1))
}

// One megabyte of the worst for a pattern, a list or a line.
function largeReply(random: Random): Buffer {
  const worst = random.pick(['9', '.', ',', ' ', '"', '\\', '[', '=', ':', '-', 'a', '\r', 'db0:'])
  const text = worst.repeat(1 + random.below(2 ** random.below(21)))
  switch (random.below(4)) {
    case 0:
      return Buffer.from(`+${text}`)
    case 1:
      return Buffer.from(resp.bulk(`# Memory\r\nused_memory:${text}x\r\nmaxmemory:1\r\n`))
    case 2:
      return Buffer.from(resp.bulk(`# Commandstats\r\n${manyLines(text.length)}`))
    default:
      return Buffer.from(resp.array(Array.from({ length: text.length % 50_000 }, () => ':1\r\n')))
  }
}

function manyLines(size: number): string {
  const count = size % 20_000
  const line = (at: number) =>
    `cmdstat_c${at}:calls=1,usec=1,usec_per_call=1.00,rejected_calls=0,failed_calls=0\r\n`
  return Array.from({ length: count }, (_, at) => line(at)).join('')
}

function mutate(reply: Buffer, random: Random): Buffer {
  let current = reply
  for (let edits = 1 + random.below(4); edits > 0; edits--) {
    const at = random.below(current.length + 1)
    const until = at + random.below(random.chance(50) ? 4 : 400)
    const [before, middle, after] = [
      current.subarray(0, at),
      current.subarray(at, until),
      current.subarray(until),
    ]
    const put = random.pick([
      Buffer.alloc(0),
      Buffer.concat([middle, middle]),
      Buffer.from([random.below(256)]),
      Buffer.from(random.pick(fragments), 'latin1'),
      Buffer.from(String(random.below(1e9))),
    ])
    current = Buffer.concat([before, put, after])
  }
  return current
}

function encodeReply(reply: Reply | RedisError): Buffer {
  return Buffer.from(encodeText(reply))
}

function encodeText(reply: Reply | RedisError): string {
  if (isRedisError(reply)) return resp.error('ERR unknown command')
  if (typeof reply === 'number')
    return Number.isSafeInteger(reply) ? resp.integer(reply) : resp.bulk(String(reply))
  if (reply === null || typeof reply === 'string') return resp.bulk(reply)
  return resp.array(reply.map(encodeText))
}
