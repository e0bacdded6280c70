import { loopbackHosts } from './loopback-hosts.ts'
import { type RedisServer, startRedis } from './redis-server.ts'

/** A handful of servers that are reached by many addresses of 127.0.0.0/8, each of which is a target. */
export interface LoopbackServers extends AsyncDisposable {
  /** The first so many addresses, by turns of all servers; those of a silent one by turns with others. */
  addresses(count: number): readonly string[]
}

export interface LoopbackServersOptions {
  readonly count: number
  readonly kind: 'sound' | 'half of them silent'
  /** What to do to each once it answers. */
  readonly prepare?: (server: RedisServer) => Promise<void>
}

/**
 * Starts servers that listen on all addresses; those but of this machine are refused by the servers
 * themselves, since they have no password. Where half of the targets are to be silent, half of the
 * servers stand still: the system accepts connections for them until the backlog is full, and then
 * answers nothing at all.
 */
export async function startLoopbackServers({
  count,
  kind,
  prepare,
}: LoopbackServersOptions): Promise<LoopbackServers> {
  const args = ['--bind', '0.0.0.0', '--protected-mode', 'yes', '--tcp-backlog', '128']
  const servers: RedisServer[] = []
  const stop = async () => void (await Promise.all(servers.map((server) => server.stop())))
  try {
    for (let index = 0; index < count; index++) {
      const server = await startRedis({ args })
      servers.push(server)
      await prepare?.(server)
      if (kind !== 'sound' && index % 2 === 1) await server.pause()
    }
  } catch (error) {
    await stop()
    throw error
  }
  return {
    addresses: (wanted) =>
      loopbackHosts(wanted).map((host, index) => {
        const { port } = servers[index % servers.length] ?? { port: 0 }
        return `redis://${host}:${port}`
      }),
    [Symbol.asyncDispose]: stop,
  }
}
