import { type Command, commandName } from '../../redis/command.ts'
import type { BulkReply, Exchange } from '../../redis/connection.ts'
import {
  concernsServer,
  isRedisError,
  isRefusal,
  type RedisError,
} from '../../redis/redis-error.ts'
import { isRefusalToTell } from '../../redis/taken-away.ts'
import type { Walk } from './key-collector.ts'

/** A way to read that does not send again what the server refused for good. */
export type ReadUnlessRefused = (
  read: Exchange,
  commands: readonly Command[],
) => Promise<readonly BulkReply[]>

/** What a server refuses, by the names of commands. */
export interface WalkRefusals {
  /** What is believed now. */
  current(): ReadonlyMap<string, RedisError>
  remember(command: string, error: RedisError): void
}

/**
 * Heeds and remembers what the server refuses, so that one of a million keys is enough to learn it.
 * That needs no taking in: it stays true when a batch is visited again. What the user may not run, or
 * was taken away from the server, is a part that fails, what the server does not have for its age is
 * none; `tell` hears of all, once for each.
 */
export function heedRefusals(
  { refusals, failPart, server }: Pick<Walk, 'refusals' | 'failPart' | 'server'>,
  tell: () => void = () => undefined,
): ReadUnlessRefused {
  const told = new Set<string>()

  function tellOnce(name: string, error: RedisError): void {
    if (told.has(name)) return
    told.add(name)
    tell()
    if (isRefusalToTell(name, error, server)) failPart(name, error)
  }

  function learn(commands: readonly Command[], replies: readonly BulkReply[]): void {
    if (!replies.some(isRedisError)) return
    for (const [index, reply] of replies.entries()) {
      const command = commands[index]
      if (!command || !isRedisError(reply)) continue
      const name = commandName(command)
      if (reply.reason === 'too_large') failPart(name, reply)
      if (!isRefusal(reply)) continue
      tellOnce(name, reply)
      refusals.remember(name, reply)
    }
  }

  return async (read, commands) => {
    const known = refusals.current()
    // Mostly nothing is refused, and names of a hundred thousand commands take time.
    if (known.size === 0) {
      const replies = commands.length > 0 ? await read(commands) : []
      learn(commands, replies)
      return replies
    }
    const refused = commands.map((command) => known.get(commandName(command)))
    for (const [index, command] of commands.entries()) {
      const refusal = refused[index]
      if (refusal) tellOnce(commandName(command), refusal)
    }
    const sent = commands.filter((_, index) => !refused[index])
    const replies = sent.length > 0 ? await read(sent) : []
    learn(sent, replies)
    let next = 0
    return refused.map((refusal) => refusal ?? replies[next++] ?? null)
  }
}

/** Whether a reply tells that the server answers nothing for now. */
export function isServerFailure(reply: BulkReply): boolean {
  return isRedisError(reply) && concernsServer(reply) && !hasMoved(reply)
}

/**
 * Whether a reply tells that the key is another node's, or on its way there: such a key is nobody's
 * failure.
 */
export function hasMoved(reply: BulkReply | undefined): boolean {
  return isRedisError(reply) && movedCodes.has(reply.code ?? '')
}

const movedCodes: ReadonlySet<string> = new Set(['MOVED', 'ASK', 'TRYAGAIN'])

/**
 * Throws when the server answers nothing for now, as while it loads its data: what is read then is
 * no picture of it.
 */
export function throwIfServerFailed(replies: readonly BulkReply[]): void {
  const failure = replies.find(isServerFailure)
  if (failure !== undefined) throw failure
}

/** What was read of one thing. */
export interface ReadOf<T> {
  readonly item: T
  readonly replies: readonly BulkReply[]
}

/**
 * Reads in one round trip, or in none when there is nothing to ask. Rejects when the server answers
 * nothing for now.
 */
export async function readAll(
  read: Exchange,
  commands: readonly Command[],
): Promise<readonly BulkReply[]> {
  const replies = commands.length > 0 ? await read(commands) : []
  throwIfServerFailed(replies)
  return replies
}

/** The same with some commands for each of many things. */
export async function readForEach<T>(
  read: Exchange,
  items: readonly T[],
  commandsOf: (item: T) => readonly Command[],
): Promise<readonly ReadOf<T>[]> {
  const commands: Command[] = []
  const ends = items.map((item) => {
    for (const command of commandsOf(item)) commands.push(command)
    return commands.length
  })
  const replies = await readAll(read, commands)
  return items.map((item, index) => ({
    item,
    replies: replies.slice(index === 0 ? 0 : ends[index - 1], ends[index]),
  }))
}

/** A key with its type, and what else was read of it. */
export interface TypedKey {
  readonly key: string
  readonly type: string
  readonly others: readonly BulkReply[]
}

/**
 * The types of keys by the replies to TYPE, which come first of what was read of each. Left out are
 * keys of which nothing can be read.
 */
export function readTypes(
  types: readonly ReadOf<string>[],
  reject: (field: string) => void,
): readonly TypedKey[] {
  return types.flatMap(({ item: key, replies: [reply = null, ...others] }) => {
    const type = typeOf(reply, reject)
    return type === undefined ? [] : [{ key, type, others }]
  })
}

/**
 * The type of a key by its reply to TYPE; undefined of one of which nothing can be read, since it is
 * gone, lives on another node, or is not for this user. Where the server refuses TYPE as such, all
 * keys are of the type ''.
 */
export function typeOf(reply: BulkReply, reject: (field: string) => void): string | undefined {
  if (typeof reply === 'string') return reply === 'none' ? undefined : reply
  if (isRedisError(reply) && isRefusal(reply)) return ''
  // A key that is not for this user is no fault of the server either.
  const saysNothing = hasMoved(reply) || (isRedisError(reply) && reply.code === 'NOPERM')
  if (!saysNothing) reject('TYPE')
  return undefined
}
