import { createHash } from 'node:crypto'
import type { Reply } from './command.ts'
import { readPairs } from './names-and-values.ts'
import { redisError } from './redis-error.ts'

/** An entry of the ACL log: what was denied, and how often. */
export interface AclLogEntry {
  /** The same for an entry that was seen before, though not always another for another entry. */
  readonly key: string
  /** The number that servers from 7.2 on give an entry; it rises with each new one. */
  readonly id: number | undefined
  readonly reason: string
  readonly context: string
  /** Denials that the entry stands for. It grows while the same goes on. */
  readonly count: number
  /** Since the last of them; NaN where the server does not tell. */
  readonly ageSeconds: number
}

/**
 * Reads a reply of ACL LOG. What was denied and to whom may be a secret, such as a password that
 * was typed as a user name: it is read into nothing but a hash, by which entries without an id are
 * known again.
 * Source: https://redis.io/docs/latest/commands/acl-log/
 */
export function readAclLog(reply: Reply): readonly AclLogEntry[] {
  if (!Array.isArray(reply)) throw malformed()
  return reply.map(readEntry)
}

function readEntry(reply: Reply): AclLogEntry {
  const parts = readPairs(reply)
  const text = (name: string) => String(parts.get(name) ?? '')
  const [count, id] = [parts.get('count'), parts.get('entry-id')]
  if (typeof count !== 'number' || count < 0 || !parts.has('reason')) throw malformed()
  const [reason, context] = [text('reason'), text('context')]
  return {
    key: typeof id === 'number' ? `${id}` : hash(reason, context, text('username'), text('object')),
    id: typeof id === 'number' ? id : undefined,
    reason,
    context,
    count,
    ageSeconds: Number(parts.get('age-seconds') ?? Number.NaN),
  }
}

function hash(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64')
}

function malformed() {
  return redisError('parse', 'ACL LOG gave a reply of an unknown form')
}
