import type { Command, Reply } from '../../src/redis/command.ts'

/** A key of each kind that a collector reads in a way of its own, named by its type. */
const types: ReadonlyMap<string, string> = new Map([
  ...['string', 'list', 'set', 'zset', 'hash', 'stream', 'array', 'vectorset'].map(
    (type) => [type, type] as const,
  ),
  ['long-string', 'string'],
  ['hyperloglog', 'string'],
])

const beginnings: ReadonlyMap<string, string> = new Map([
  ['string', '7'],
  ['long-string', 'x'.repeat(512)],
  ['hyperloglog', `HYLL\x01${'\0'.repeat(10)}\x80`],
])

/** Their names. */
export const keyOfEachKind: readonly string[] = [...types.keys()]

/** What a server with these keys answers in any database; undefined to other commands. */
export function keyReply([name, one = '', other = '']: Command): Reply | undefined {
  if (name === 'SELECT' || name === 'READONLY') return 'OK'
  if (name === 'CLUSTER') return 1
  if (name === 'TYPE') return types.get(one) ?? 'none'
  if (name === 'MEMORY') return types.has(other) ? 100 : null
  if (name === 'GETRANGE') return beginnings.get(one) ?? ''
  const sizes = ['STRLEN', 'PFCOUNT', 'LLEN', 'SCARD', 'ZCARD', 'HLEN', 'XLEN', 'ARCOUNT', 'VCARD']
  return sizes.includes(name) ? 3 : undefined
}
