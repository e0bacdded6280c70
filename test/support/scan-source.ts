import type { Redis } from 'ioredis'
import type { Reply } from '../../src/redis/command.ts'
import { fromErrorReply } from '../../src/redis/redis-error.ts'
import type { KeyWalkOptions } from './key-walk.ts'
import type { RedisServer } from './redis-server.ts'

/** The keys and replies of a real server, for a walk over them. */
export function scanSource(server: RedisServer): Pick<KeyWalkOptions, 'scan' | 'read'> {
  const clients = new Map<number, Redis>()
  const clientOf = (database: number) => {
    const client = clients.get(database) ?? server.client({ db: database })
    clients.set(database, client)
    return client
  }
  return {
    async *scan(database) {
      let cursor = '0'
      do {
        const [next, keys] = await clientOf(database).scanBuffer(cursor, 'COUNT', 1000)
        cursor = String(next)
        yield keys.map((key) => key.toString('latin1'))
      } while (cursor !== '0')
    },
    async read(database, commands) {
      const pipeline = clientOf(database).pipeline()
      for (const [name, ...words] of commands)
        pipeline.callBuffer(name, ...words.map((word) => Buffer.from(word, 'latin1')))
      return ((await pipeline.exec()) ?? []).map(([error, reply]) =>
        error ? fromErrorReply(error.message) : toReply(reply),
      )
    },
  }
}

function toReply(reply: unknown): Reply {
  if (Buffer.isBuffer(reply)) return reply.toString('latin1')
  if (Array.isArray(reply)) return reply.map(toReply)
  return typeof reply === 'number' ? reply : null
}
