import { eventually } from './eventually.ts'
import { freeClusterPort } from './free-port.ts'
import { type RedisOptions, type RedisServer, startRedis } from './redis-server.ts'

const slotCount = 16_384

export interface ClusterOptions {
  /** How many masters share the slots. */
  readonly masters?: number
  /** Whether the first of them has a replica. */
  readonly replica?: boolean
  /** How many of them have a replica, from the first on. */
  readonly replicas?: number
  /** More arguments of a node by its port. */
  readonly argsOf?: (port: number) => readonly string[]
  readonly args?: readonly string[]
  readonly password?: string
  /** In place of the one that the environment names. */
  readonly program?: string | undefined
  /** Speaks TLS only, between the nodes too. */
  readonly tls?: NonNullable<RedisOptions['tls']>
}

export interface RedisCluster extends AsyncDisposable {
  /** The masters, and behind them the replicas. */
  readonly nodes: readonly RedisServer[]
  /** Starts a node that is a replica of a master, and returns when it has its data. */
  addReplica(master: RedisServer): Promise<RedisServer>
}

/** Starts masters on loopback that share all slots, and returns when each calls the cluster ok. */
export async function startCluster(options: ClusterOptions = {}): Promise<RedisCluster> {
  const { masters = 3, replica = false, replicas = replica ? 1 : 0 } = options
  const nodes: RedisServer[] = []
  const cluster = {
    nodes,
    async addReplica(master: RedisServer) {
      const node = await addReplica(nodes, master, options)
      nodes.push(node)
      return node
    },
    [Symbol.asyncDispose]: async () => void (await Promise.all(nodes.map((node) => node.stop()))),
  }
  try {
    nodes.push(...(await startNodes(masters, options)))
    await joinNodes(nodes)
    if (replicas > 0) nodes.push(...(await addReplicas(nodes, replicas, options)))
    return cluster
  } catch (error) {
    await cluster[Symbol.asyncDispose]()
    throw error
  }
}

async function startNodes(count: number, options: ClusterOptions): Promise<readonly RedisServer[]> {
  const starting = await Promise.allSettled(Array.from({ length: count }, () => startNode(options)))
  const started = starting.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
  const failed = starting.find((one) => one.status === 'rejected')
  if (!failed) return started
  await Promise.all(started.map((node) => node.stop()))
  throw failed.reason
}

async function startNode(options: ClusterOptions): Promise<RedisServer> {
  const { args = [], argsOf = () => [], password, program, tls } = options
  const port = await freeClusterPort()
  const usual = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000']
  return await startRedis({
    port,
    program,
    args: [...usual, ...(tls ? ['--tls-cluster', 'yes'] : []), ...args, ...argsOf(port)],
    ...(password === undefined ? {} : { password }),
    ...(tls ? { tls } : {}),
  })
}

async function joinNodes(nodes: readonly RedisServer[]): Promise<void> {
  const [first] = nodes
  for (const [index, node] of nodes.entries()) {
    const client = node.client()
    // Without epochs of their own the nodes would first have to settle a conflict.
    await client.call('CLUSTER', 'SET-CONFIG-EPOCH', `${index + 1}`)
    // Slot by slot: the range form is known to Redis 7 and later only.
    await client.call('CLUSTER', 'ADDSLOTS', ...slotsOf(index, nodes.length))
    if (first !== undefined && node !== first) {
      await client.call('CLUSTER', 'MEET', '127.0.0.1', `${first.port}`)
    }
  }
  await Promise.all(
    nodes.map((node) => eventually(() => assertOk(node, nodes.length), { within: 20_000 })),
  )
}

async function addReplica(
  nodes: readonly RedisServer[],
  master: RedisServer,
  options: ClusterOptions,
): Promise<RedisServer> {
  const [replica] = await addReplicas(nodes, 1, options, [master])
  if (!replica) throw new Error('there is no replica')
  return replica
}

/** Starts nodes that copy the first ones, or others, and returns when they have their data. */
async function addReplicas(
  nodes: readonly RedisServer[],
  count: number,
  options: ClusterOptions,
  masters = nodes,
): Promise<readonly RedisServer[]> {
  const replicas = await startNodes(count, options)
  try {
    for (const replica of replicas)
      await replica.client().call('CLUSTER', 'MEET', '127.0.0.1', `${nodes[0]?.port}`)
    const all = nodes.length + count
    await Promise.all(
      replicas.map(async (replica, index) => {
        await eventually(() => assertOk(replica, all), { within: 30_000 })
        const id = String(await masters[index]?.client().call('CLUSTER', 'MYID'))
        await replica.client().call('CLUSTER', 'REPLICATE', id)
        await eventually(
          async () => {
            const { master_link_status: link } = await replica.info('replication')
            if (link !== 'up') throw new Error(`the link of the replica is ${link}`)
          },
          { within: 20_000 },
        )
      }),
    )
    return replicas
  } catch (error) {
    await Promise.all(replicas.map((replica) => replica.stop()))
    throw error
  }
}

function slotsOf(index: number, count: number): readonly string[] {
  const from = Math.floor((index * slotCount) / count)
  const to = Math.floor(((index + 1) * slotCount) / count)
  return Array.from({ length: to - from }, (_, offset) => `${from + offset}`)
}

async function assertOk(node: RedisServer, count: number): Promise<void> {
  const client = node.client()
  const reply = String(await client.call('CLUSTER', 'INFO'))
  client.disconnect()
  if (!reply.includes('cluster_state:ok') || !reply.includes(`cluster_known_nodes:${count}\r`)) {
    throw new Error(`the node on port ${node.port} is not yet content:\n${reply}`)
  }
}
