import fc from 'fast-check'
import type { Reply } from '../../src/redis/command.ts'
import { isRedisError, type RedisError } from '../../src/redis/redis-error.ts'
import { anyInfo, anyReply } from '../support/arbitrary-server.ts'
import { resp } from '../support/resp.ts'
import { changedReply } from './changed-reply.ts'
import { fragments } from './fragments.ts'
import type { Random } from './random.ts'
import { anyServer, type SoundServer, usualServer } from './sound-server.ts'

/** What a hostile server does about one command. */
export type Answer =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  /** Sends these and hangs up. */
  | { readonly kind: 'last'; readonly bytes: Buffer }
  /** Sends these, says that it is done, and still listens. */
  | { readonly kind: 'half-open'; readonly bytes: Buffer }
  /** Sends these, and then nothing for as long as the connection lasts. */
  | { readonly kind: 'mute'; readonly bytes: Buffer }
  | { readonly kind: 'silence' }

/** A server that means harm, as it is on one connection. */
export interface Character {
  readonly server: SoundServer
  /** Of a hundred replies, how many are not sound: of some connections few, so that all is read. */
  readonly harm: number
  /** Of those, how many break the frame. */
  readonly broken: number
}

export function anyCharacter(random: Random): Character {
  return {
    server: anyServer(random),
    harm: random.pick([1, 4, 15, 50]),
    broken: random.pick([0, 0, 10, 50, 100]),
  }
}

/** A reply of the server that is there when no harm is meant. */
export function soundReply(words: readonly string[]): Buffer {
  return encodeReply(usualServer(words))
}

/** What the server answers to a command. The same random gives the same. */
export function hostileAnswer(
  { server, harm, broken }: Character,
  words: readonly string[],
  random: Random,
): Answer {
  const reply = server(words)
  if (!random.chance(harm)) return bytes(encodeReply(reply))
  return random.chance(broken)
    ? brokenAnswer(encodeReply(reply), random)
    : oddAnswer(reply, words, random)
}

/** A sound frame around something that no server says. */
function oddAnswer(reply: Reply | RedisError, words: readonly string[], random: Random): Answer {
  switch (random.below(10)) {
    case 0:
      return bytes(encodeReply(arbitrary(words, random)))
    case 1:
      return bytes(largeReply(random))
    default:
      return bytes(encodeReply(changedReply(isRedisError(reply) ? null : reply, random)))
  }
}

function brokenAnswer(reply: Buffer, random: Random): Answer {
  switch (random.below(8)) {
    case 0:
      return bytes(Buffer.from('+'.concat(worstText(random))))
    case 1:
      return bytes(Buffer.from(random.pick(fragments), 'latin1'))
    case 2:
      return bytes(Buffer.concat([reply, Buffer.from(random.pick(fragments), 'latin1')]))
    case 3:
      return random.chance(30)
        ? { kind: 'silence' }
        : { kind: random.pick(['last', 'half-open', 'mute']), bytes: cut(reply, random) }
    default:
      return bytes(mutate(reply, random))
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

// A megabyte at most of the worst for a pattern, a list or a line.
function worstText(random: Random): string {
  const worst = random.pick(['9', '.', ',', ' ', '"', '\\', '[', '=', ':', '-', 'a', '\r', 'db0:'])
  return worst.repeat(1 + random.below(2 ** random.below(21)))
}

function largeReply(random: Random): Buffer {
  const text = worstText(random)
  switch (random.below(4)) {
    case 0:
      return Buffer.from(resp.bulk(`# Memory\r\nused_memory:${text}x\r\nmaxmemory:1\r\n`))
    case 1:
      return Buffer.from(resp.array(manyLists(text.length)))
    case 2:
      return Buffer.from(resp.bulk(`# Commandstats\r\n${manyLines(text.length)}`))
    default:
      return Buffer.from(resp.array(Array.from({ length: text.length % 50_000 }, () => ':1\r\n')))
  }
}

function manyLists(size: number): readonly string[] {
  return Array.from({ length: size % 40_000 }, () => '*0\r\n')
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
