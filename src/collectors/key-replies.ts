import type { BulkReply } from '../redis/bulk-connection.ts'
import { type Command, commandName } from '../redis/command.ts'
import { concernsCommand, isRedisError, isRefusal, type RedisError } from '../redis/redis-error.ts'
import type { ReadAll } from './key-collector.ts'

/** A way to read that does not send again what the server refused for good. */
export type ReadUnlessRefused = (
  read: ReadAll,
  commands: readonly Command[],
) => Promise<readonly BulkReply[]>

/**
 * Remembers the commands that the server refuses, so that one of a million keys is enough to learn
 * it. That needs no taking in: it stays true when a batch is visited again.
 */
export function rememberRefusals(tell: (command: string) => void): ReadUnlessRefused {
  const refusals = new Map<string, RedisError>()

  function remember(commands: readonly Command[], replies: readonly BulkReply[]): void {
    for (const [index, reply] of replies.entries()) {
      const command = commands[index]
      if (!command || !isRedisError(reply) || !isRefusal(reply)) continue
      const name = commandName(command)
      if (!refusals.has(name)) tell(name)
      refusals.set(name, reply)
    }
  }

  return async (read, commands) => {
    const known = new Map(refusals)
    const refusalOf = (command: Command) => known.get(commandName(command))
    // Mostly nothing is refused, and names of a hundred thousand commands take time.
    const sent = known.size > 0 ? commands.filter((one) => !refusalOf(one)) : commands
    const replies = sent.length > 0 ? await read(sent) : []
    remember(sent, replies)
    if (known.size === 0) return replies
    let next = 0
    return commands.map((command) => refusalOf(command) ?? replies[next++] ?? null)
  }
}

/**
 * Throws when the server answers nothing for now, as while it loads its data: what is read then is
 * no picture of it.
 */
export function throwIfServerFailed(replies: readonly BulkReply[]): void {
  const failure = replies.find((reply) => isRedisError(reply) && !concernsCommand(reply))
  if (failure !== undefined) throw failure
}

/** What was read of one thing. */
export interface ReadOf<T> {
  readonly item: T
  readonly replies: readonly BulkReply[]
}

/**
 * Reads some commands for each of many things in one round trip, or in none when there are none.
 * Rejects when the server answers nothing for now.
 */
export async function readForEach<T>(
  read: ReadAll,
  items: readonly T[],
  commandsOf: (item: T) => readonly Command[],
): Promise<readonly ReadOf<T>[]> {
  const commands: Command[] = []
  const ends = items.map((item) => {
    for (const command of commandsOf(item)) commands.push(command)
    return commands.length
  })
  const replies = commands.length > 0 ? await read(commands) : []
  throwIfServerFailed(replies)
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
 * The types of keys by the replies to TYPE, which come first of what was read of each. Left out are keys of which nothing can be read: those
 * that are gone, live on another node, or are not for this user. Where the server refuses TYPE as
 * such, all keys are of the type ''.
 */
export function readTypes(
  types: readonly ReadOf<string>[],
  reject: (field: string) => void,
): readonly TypedKey[] {
  return types.flatMap(({ item: key, replies: [reply = null, ...others] }) => {
    if (typeof reply === 'string') return reply === 'none' ? [] : [{ key, type: reply, others }]
    if (isRedisError(reply) && isRefusal(reply)) return [{ key, type: '', others }]
    if (!isRedisError(reply) || !saysNothing.has(reply.code ?? '')) reject('TYPE')
    return []
  })
}

// Errors that are no fault of the server: the key is another node's, or not for this user.
const saysNothing: ReadonlySet<string> = new Set(['MOVED', 'ASK', 'NOPERM'])
