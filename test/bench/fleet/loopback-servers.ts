import { type RedisServer, startRedis } from '../../support/redis-server.ts'
import { runFixtureWorkload } from '../../tools/fixture-workload.ts'
import { moveTo, otherCore } from './cores.ts'

/** A handful of servers that are reached by many addresses of 127.0.0.0/8, each of which is a target. */
export interface LoopbackServers extends AsyncDisposable {
  /** The first so many addresses, by turns of all servers; those of a silent one by turns with others. */
  addresses(count: number): readonly string[]
}

const mostServers = 8

/**
 * Starts servers that listen on all addresses; those but of this machine are refused by the servers
 * themselves, since they have no password. Where half of the targets are to be silent, half of the
 * servers stand still: the system accepts connections for them until the backlog is full, and then
 * answers nothing at all.
 */
export async function startLoopbackServers(
  kind: 'sound' | 'half of them silent' = 'sound',
): Promise<LoopbackServers> {
  const args = ['--bind', '0.0.0.0', '--protected-mode', 'yes', '--tcp-backlog', '128']
  const servers: RedisServer[] = []
  const stop = async () => void (await Promise.all(servers.map((server) => server.stop())))
  try {
    for (let index = 0; index < mostServers; index++) {
      const server = await startRedis({ args })
      servers.push(server)
      moveTo(otherCore, server.pid)
      await runFixtureWorkload(server)
      if (kind !== 'sound' && index % 2 === 1) await server.pause()
    }
  } catch (error) {
    await stop()
    throw error
  }
  return {
    addresses: (count) =>
      Array.from({ length: count }, (_, index) => {
        const { port } = servers[index % servers.length] ?? { port: 0 }
        // From 127.1.0.1 on, without the addresses that end in 0 or 255.
        const host = `127.${1 + Math.floor(index / 64_516)}.${Math.floor(index / 254) % 254}.${1 + (index % 254)}`
        return `redis://${host}:${port}`
      }),
    [Symbol.asyncDispose]: stop,
  }
}
