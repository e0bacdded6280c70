import { type Command, shortName } from './command.ts'
import type { BulkReply, Exchange, OnHead } from './connection.ts'
import { concernsServer, isRedisError, isRefusal, type RedisError } from './redis-error.ts'

export interface OneAhead {
  /**
   * The same exchange, where of many commands of one name the first goes ahead alone, until one of
   * that name was answered. Where that is refused, the others are not sent: the same error stands in
   * their places. Rejects with the error where the whole server refuses.
   */
  through(exchange: Exchange): Exchange
}

/**
 * Keeps a server that answers for no key now, as in a cluster that is down, and a right that a user
 * lacks from costing an error reply for each of many keys. Costs a round trip when a command is new;
 * who asks for the same at the same time waits for it.
 */
export function createOneAhead(): OneAhead {
  const answered = new Set<string>()
  const trying = new Map<string, Promise<BulkReply>>()

  /** The first of each name of which none was answered. */
  function firstOnes(commands: readonly Command[]): ReadonlyMap<string, Command> {
    const first = new Map<string, Command>()
    for (const command of commands) {
      const name = shortName(command)
      if (!answered.has(name) && !first.has(name)) first.set(name, command)
    }
    return first
  }

  function learn(commands: readonly Command[], replies: readonly BulkReply[]): void {
    if (replies.some(isServerFailure)) answered.clear()
    else
      for (const [index, command] of commands.entries())
        if (!isError(replies[index], isRefusal)) answered.add(shortName(command))
  }

  async function send(exchange: Exchange, commands: readonly Command[]) {
    const replies = commands.length > 0 ? await exchange(commands) : []
    learn(commands, replies)
    return replies
  }

  /** Those of which is known that they are answered. */
  async function sendKnown(exchange: Exchange, commands: readonly Command[], onHead?: OnHead) {
    const replies = await exchange(commands, onHead)
    if (replies.some(isServerFailure)) answered.clear()
    return replies
  }

  /** Waits for those that others have sent; resolves with the error where the whole server refuses. */
  async function waitForOthers(commands: readonly Command[]): Promise<RedisError | undefined> {
    for (;;) {
      const names = new Set(commands.map(shortName))
      const others = [...trying].flatMap(([name, reply]) => (names.has(name) ? reply : []))
      if (others.length === 0) return undefined
      for (const one of await Promise.allSettled(others))
        if (one.status === 'fulfilled' && isServerFailure(one.value)) return one.value
    }
  }

  async function goAhead(
    exchange: Exchange,
    first: ReadonlyMap<string, Command>,
  ): Promise<ReadonlyMap<string, BulkReply>> {
    const replies = send(exchange, [...first.values()])
    for (const [index, name] of [...first.keys()].entries()) {
      const reply = replies.then((all) => all[index] ?? null)
      trying.set(name, reply)
      // Whoever waits hears of a failure, as we do below.
      reply.catch(() => undefined).finally(() => trying.delete(name))
    }
    const all = await replies
    return new Map([...first.keys()].map((name, index) => [name, all[index] ?? null]))
  }

  return {
    through: (exchange) => async (commands, onHead) => {
      const refusal = trying.size > 0 ? await waitForOthers(commands) : undefined
      if (refusal) throw refusal
      const first = firstOnes(commands)
      if (first.size === 0) return await sendKnown(exchange, commands, onHead)
      const tried = await goAhead(exchange, first)
      const failure = [...tried.values()].find(isServerFailure)
      if (failure) throw failure
      const known = commands.map((command) => {
        const name = shortName(command)
        const reply = tried.get(name)
        return first.get(name) === command || isError(reply, isRefusal) ? reply : undefined
      })
      const rest = await send(
        exchange,
        commands.filter((_, index) => known[index] === undefined),
      )
      let next = 0
      return known.map((reply) => (reply === undefined ? (rest[next++] ?? null) : reply))
    },
  }
}

function isError(
  reply: BulkReply | undefined,
  is: (error: RedisError) => boolean,
): reply is RedisError {
  return isRedisError(reply) && is(reply)
}

// A slot on its way concerns its keys alone.
function isServerFailure(reply: BulkReply): reply is RedisError {
  return isRedisError(reply) && concernsServer(reply) && reply.reason !== 'tryagain'
}
