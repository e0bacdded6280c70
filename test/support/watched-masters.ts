import { expect } from 'vitest'
import { eventually } from './eventually.ts'
import { startSentinel } from './redis-sentinel.ts'
import { type RedisServer, startRedis } from './redis-server.ts'

/** Two masters with a replica each, and two Sentinels that watch both and know each other. */
export interface WatchedMasters extends AsyncDisposable {
  readonly orders: RedisServer
  readonly users: RedisServer
  readonly replicas: readonly [ofOrders: RedisServer, ofUsers: RedisServer]
  readonly sentinel: RedisServer
  readonly peer: RedisServer
}

/** Returns when the Sentinels have found each other, which takes them some seconds. */
export async function startWatchedMasters(): Promise<WatchedMasters> {
  const started: RedisServer[] = []
  const keep = (server: RedisServer) => {
    started.push(server)
    return server
  }
  const stop = async () => void (await Promise.all(started.map((server) => server.stop())))
  try {
    return { ...(await start(keep)), [Symbol.asyncDispose]: stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function start(keep: (server: RedisServer) => RedisServer) {
  const redis = async (...args: readonly string[]) => keep(await startRedis({ args }))
  const replicaOf = (master: RedisServer) => redis('--replicaof', '127.0.0.1', `${master.port}`)
  const orders = await redis('--repl-diskless-sync-delay', '0')
  const users = await redis('--repl-diskless-sync-delay', '0')
  const replicas = [await replicaOf(orders), await replicaOf(users)] as const
  for (const replica of replicas)
    await eventually(
      async () => expect((await replica.info('replication')).master_link_status).toBe('up'),
      { within: 30_000 },
    )
  const masters = [
    { name: 'orders', port: orders.port, quorum: 2 },
    { name: 'users', port: users.port, quorum: 1 },
  ]
  const sentinel = keep(await startSentinel({ masters }))
  const peer = keep(await startSentinel({ masters }))
  await eventually(() => assertComplete([sentinel, peer]), { within: 20_000, every: 100 })
  return { orders, users, replicas, sentinel, peer }
}

async function assertComplete(sentinels: readonly RedisServer[]): Promise<void> {
  for (const sentinel of sentinels)
    for (const master of ['orders', 'users']) {
      const client = sentinel.client()
      const peers = await client.call('SENTINEL', 'SENTINELS', master)
      const replicas = await client.call('SENTINEL', 'REPLICAS', master)
      client.disconnect()
      expect(JSON.stringify(peers)).toMatch(/"runid","[0-9a-f]{40}","flags","sentinel"/)
      expect(JSON.stringify(replicas)).toContain('"master-link-status","ok"')
    }
}
