import { expect } from 'vitest'
import { eventually } from './eventually.ts'
import { startSentinel } from './redis-sentinel.ts'
import { type RedisServer, startRedis } from './redis-server.ts'

export interface SentinelDeploymentOptions {
  /** Of all data nodes. */
  readonly password?: string
  /** Of the Sentinels. */
  readonly sentinelPassword?: string
  /** More lines for the configuration of each Sentinel. */
  readonly configuration?: readonly string[]
  /** In place of those that the environment names. */
  readonly program?: string | undefined
}

/** A master `orders` with two replicas, and three Sentinels that know each other. */
export interface SentinelDeployment extends AsyncDisposable {
  readonly master: RedisServer
  readonly replicas: readonly [RedisServer, RedisServer]
  readonly sentinels: readonly [RedisServer, RedisServer, RedisServer]
  readonly data: readonly RedisServer[]
}

/** Returns when the Sentinels have found each other and the replicas, which takes them some seconds. */
export async function startSentinelDeployment(
  options: SentinelDeploymentOptions = {},
): Promise<SentinelDeployment> {
  const started: RedisServer[] = []
  const keep = (server: RedisServer) => {
    started.push(server)
    return server
  }
  const stop = async () => void (await Promise.all(started.map((server) => server.stop())))
  try {
    return { ...(await start(options, keep)), [Symbol.asyncDispose]: stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function start(
  { password, sentinelPassword, configuration = [], program }: SentinelDeploymentOptions,
  keep: (server: RedisServer) => RedisServer,
) {
  const secret = password === undefined ? {} : { password }
  const auth = password === undefined ? [] : ['--masterauth', password]
  const redis = async (...args: readonly string[]) =>
    keep(await startRedis({ ...secret, program, args: [...auth, ...args] }))
  const master = await redis('--repl-diskless-sync-delay', '0')
  const replicaOf = ['--replicaof', '127.0.0.1', `${master.port}`]
  const replicas = [await redis(...replicaOf), await redis(...replicaOf)] as const
  for (const replica of replicas)
    await eventually(
      async () => expect((await replica.info('replication')).master_link_status).toBe('up'),
      { within: 30_000 },
    )
  const watched = { name: 'orders', port: master.port, quorum: 2, ...secret }
  const sentinel = async () =>
    keep(
      await startSentinel({
        masters: [watched],
        program,
        configuration: [...configuration, 'sentinel failover-timeout orders 5000'],
        ...(sentinelPassword === undefined ? {} : { password: sentinelPassword }),
      }),
    )
  const sentinels = [await sentinel(), await sentinel(), await sentinel()] as const
  await eventually(() => assertComplete(sentinels), { within: 30_000, every: 100 })
  return { master, replicas, sentinels, data: [master, ...replicas] }
}

/** Throws unless three Sentinels know each other, and both replicas of `orders`. */
export async function assertComplete(sentinels: readonly RedisServer[]): Promise<void> {
  for (const sentinel of sentinels) {
    const client = sentinel.client()
    const peers = await client.call('SENTINEL', 'SENTINELS', 'orders')
    const replicas = await client.call('SENTINEL', 'REPLICAS', 'orders')
    client.disconnect()
    expect(JSON.stringify(peers).match(/"runid","[0-9a-f]{40}","flags","sentinel"/g)).toHaveLength(
      2,
    )
    expect(JSON.stringify(replicas).match(/"master-link-status","ok"/g)).toHaveLength(2)
  }
}
