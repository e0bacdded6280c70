import type { Reply } from '../redis/command.ts'
import type { Poll } from './collector.ts'

/**
 * Reads parameters of CONFIG GET by name, never all, so that no secret leaves the server. From
 * Redis 7 on one command carries several names. A parameter that the server lacks is left out.
 */
export async function readConfig(
  poll: Pick<Poll, 'server' | 'read'>,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const replies = poll.server.knows('config|get')
    ? [await poll.read('CONFIG', 'GET', ...names)]
    : await Promise.all(names.map((name) => poll.read('CONFIG', 'GET', name)))
  return new Map(replies.flatMap(pairs))
}

function pairs(reply: Reply): [string, string][] {
  const found: [string, string][] = []
  if (!Array.isArray(reply)) return found
  for (let index = 0; index + 1 < reply.length; index += 2) {
    const [name, value]: Reply[] = reply.slice(index, index + 2)
    if (typeof name === 'string' && typeof value === 'string') found.push([name, value])
  }
  return found
}
