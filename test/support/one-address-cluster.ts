import { type RedisCluster, startCluster } from './redis-cluster.ts'
import type { RedisServer } from './redis-server.ts'

/** A cluster all of whose nodes announce the address of one. */
export interface OneAddressCluster extends RedisCluster {
  /** The one that is there. */
  readonly seed: RedisServer
}

export async function startOneAddressCluster(): Promise<OneAddressCluster> {
  let shared: number | undefined
  const cluster = await startCluster({
    argsOf(port) {
      shared ??= port
      return ['--cluster-announce-port', `${shared}`]
    },
  })
  const [seed] = cluster.nodes.filter(({ port }) => port === shared)
  if (seed) return { ...cluster, seed }
  await cluster[Symbol.asyncDispose]()
  throw new Error('no node listens where all announce that they do')
}
