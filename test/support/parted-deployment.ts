import { expect } from 'vitest'
import { eventually } from './eventually.ts'
import { freePort } from './free-port.ts'
import { startSentinel } from './redis-sentinel.ts'
import { type RedisServer, startRedis } from './redis-server.ts'
import { assertComplete } from './sentinel-deployment.ts'
import { createTwoSides, type Side, sides, type TwoSides } from './two-sides.ts'

/** A server, and where it is for all others. */
export interface PlacedServer {
  readonly server: RedisServer
  readonly side: Side
  readonly port: number
  /** The name of the target that it is. */
  readonly name: string
}

/** A master `orders` with two replicas and three Sentinels, of which the network can be parted. */
export interface PartedDeployment extends AsyncDisposable {
  readonly network: TwoSides
  /** Alone with the first Sentinel on its side. */
  readonly master: PlacedServer
  readonly replicas: readonly [PlacedServer, PlacedServer]
  readonly sentinels: readonly [PlacedServer, PlacedServer, PlacedServer]
  readonly all: readonly PlacedServer[]
}

/** Returns when the Sentinels have found each other and the replicas. */
export async function startPartedDeployment(
  program: string | undefined,
): Promise<PartedDeployment> {
  const network = createTwoSides()
  const all: PlacedServer[] = []
  const stop = async () => {
    await Promise.all(all.map(({ server }) => server.stop()))
    await network[Symbol.asyncDispose]()
  }
  try {
    return { network, all, ...(await start(program, network, all)), [Symbol.asyncDispose]: stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function start(program: string | undefined, network: TwoSides, all: PlacedServer[]) {
  const [minority, majority] = sides

  async function place(
    side: Side,
    startAt: (own: number, announced: number) => Promise<RedisServer>,
  ): Promise<PlacedServer> {
    const own = await freePort()
    const port = await network.open(side, own)
    const server = await startAt(own, port)
    const placed = { server, side, port, name: `redis://${side}:${port}` }
    all.push(placed)
    return placed
  }

  const redis = (side: Side, ...more: readonly string[]) =>
    place(side, (own, announced) => {
      const announce = ['--replica-announce-ip', side, '--replica-announce-port', `${announced}`]
      const args = ['--bind-source-addr', side, ...announce, ...more]
      return startRedis({ port: own, program, args: ['--repl-diskless-sync-delay', '0', ...args] })
    })
  const master = await redis(minority)
  const replicaOf = ['--replicaof', master.side, `${master.port}`]
  const replicas = [
    await redis(majority, ...replicaOf),
    await redis(majority, ...replicaOf),
  ] as const
  for (const { server } of replicas)
    await eventually(async () =>
      expect((await server.info('replication')).master_link_status).toBe('up'),
    )
  const watched = { name: 'orders', host: master.side, port: master.port, quorum: 2 }
  const sentinel = (side: Side) =>
    place(side, (own, announced) =>
      startSentinel({
        port: own,
        program,
        masters: [watched],
        configuration: [
          ...[`bind-source-addr ${side}`, 'sentinel failover-timeout orders 5000'],
          ...[`sentinel announce-ip ${side}`, `sentinel announce-port ${announced}`],
        ],
      }),
    )
  const sentinels = [
    await sentinel(minority),
    await sentinel(majority),
    await sentinel(majority),
  ] as const
  await eventually(() => assertComplete(sentinels.map(({ server }) => server)), {
    within: 30_000,
    every: 100,
  })
  return { master, replicas, sentinels }
}
