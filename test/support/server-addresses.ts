import type { RedisServer } from './redis-server.ts'

/** The address of a server on loopback as a user writes it, without a login. */
export function addressOf({ port }: Pick<RedisServer, 'port'>): string {
  return `redis://127.0.0.1:${port}`
}

/** The ports of servers in order. */
export function portsOf(...servers: readonly Pick<RedisServer, 'port'>[]): readonly number[] {
  return servers.map(({ port }) => port).sort((one, other) => one - other)
}
