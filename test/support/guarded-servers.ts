import { onDemandExporter } from './on-demand-exporter.ts'
import { type RedisServer, startRedis } from './redis-server.ts'
import { startTrap, type Trap } from './trap.ts'

/** What somebody finds around an exporter who can ask it for targets and is not trusted. */
export interface GuardedServers extends AsyncDisposable {
  /** Where nobody may get, on every address of this machine: whoever connects there got in. */
  readonly trap: Trap
  readonly redis: RedisServer
  /** The address of that server, which everybody may ask for. */
  open(): string
}

export async function startGuardedServers(): Promise<GuardedServers> {
  const [trap, redis] = await Promise.all([
    startTrap(),
    startRedis({ args: ['--bind', '127.0.0.2', '127.0.0.1'] }),
  ])
  return {
    trap,
    redis,
    open: () => `127.0.0.2:${redis.port}`,
    async [Symbol.asyncDispose]() {
      await Promise.all([trap[Symbol.asyncDispose](), redis.stop()])
    },
  }
}

// A busy machine may need more than the second that would be the deadline of a poll.
const poll = ['--poll.interval=1s', '--poll.timeout=30s', '--poll.max-age=1m']
// Of the servers that are configured, and of nobody else.
const logins = ['--redis.user=boss', '--redis.password=hunter2', '--discover=cluster']

/** The rules that allow everything but what nobody means. */
export const everything = '*.allowed.test,0.0.0.0/0,[::]/0'

/** An exporter that may be asked for what these rules allow. */
export const exporterAllowing = (rules: string, ...more: readonly string[]) =>
  onDemandExporter(...poll, ...logins, `--scrape.allow=${rules}`, ...more)
