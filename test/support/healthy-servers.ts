import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { runFixtureWorkload, runNewerWorkload } from '../tools/fixture-workload.ts'
import { type Exporter, startExporter } from './exporter.ts'
import { type RedisCluster, startCluster } from './redis-cluster.ts'
import { type RedisServer, startRedis } from './redis-server.ts'
import { startSentinelDeployment } from './sentinel-deployment.ts'
import { temporaryDirectory } from './temporary-directory.ts'
import type { TlsCertificates } from './tls-certificates.ts'

/** Servers that are well: one that holds all sorts, a Sentinel deployment of three and three, a Cluster of six. */
export interface HealthyServers extends AsyncDisposable {
  readonly redis: RedisServer
  /** One that watches all of them. */
  readonly exporter: Exporter
  /** What a target may be told that all that can be asked is asked of it. */
  readonly settings: Readonly<Record<string, unknown>>
}

/** How many there are. */
export const healthyServers = 1 + 6 + 6

const collectors = [
  ...['acl-log', 'biggest-keys', 'clients-aggregate', 'commandlog-entries', 'slowlog-entries'],
]
const inCluster = { 'collect.cluster-links': true, 'collect.cluster-slot-stats': true }

/** How often is polled, with much patience. */
export const patientPolls = {
  POLL_INTERVAL: '4',
  POLL_TIMEOUT: '60',
  POLL_MAX_AGE: '180',
  SCAN_INTERVAL: '3',
}

/** Starts them, of the program or of the machine's, and keeps them a little busy. */
export async function startHealthyServers(
  program: string | undefined,
  certificates: TlsCertificates,
  clusterArgs: readonly string[] = [],
): Promise<HealthyServers> {
  const open: AsyncDisposable[] = []
  let traffic: NodeJS.Timeout | undefined
  async function keep<T extends AsyncDisposable>(starting: Promise<T>): Promise<T> {
    const one = await starting
    open.push(one)
    return one
  }
  const stop = async () => {
    clearInterval(traffic)
    await Promise.all(open.map((one) => one[Symbol.asyncDispose]()))
  }
  try {
    const [redis, deployment, cluster, directory] = await allOf([
      keep(startBusyRedis(program, certificates)),
      keep(startSentinelDeployment({ configuration: [patience], program })),
      keep(startCluster({ masters: 3, replicas: 3, args: [...timeout, ...clusterArgs], program })),
      keep(temporaryDirectory()),
    ])
    traffic = await startTraffic(redis, cluster)
    const settings = settingsOf(certificates)
    const targets = [
      { address: redis.url, ...settings },
      // Of two replicas one is walked.
      {
        address: deployment.sentinels[0].url,
        discover: 'sentinel',
        'scan.on': 'replica',
        'count-keys': ['*'],
      },
      { address: cluster.nodes[0]?.url, discover: 'cluster', ...inCluster },
    ]
    const file = join(directory.path, 'targets.json')
    await writeFile(file, JSON.stringify({ targets }))
    const exporter = await keep(
      startExporter({ args: [`--targets.file=${file}`], env: patientPolls }),
    )
    return { redis, exporter, settings, [Symbol.asyncDispose]: stop }
  } catch (error) {
    await stop()
    throw error
  }
}

// So long that no pause of a busy machine makes one fail over.
const patience = 'sentinel down-after-milliseconds orders 60000'
const timeout = ['--cluster-node-timeout', '15000']

function settingsOf({ ca, client }: TlsCertificates) {
  return {
    'tls-ca-cert-file': ca,
    'tls-client-cert-file': client.cert,
    'tls-client-key-file': client.key,
    // It has a thousand keys, of which each walk asks a lot.
    'scan.interval': '10s',
    'count-keys': ['*'],
    'check-keys': ['a', 'list'],
    'check-streams': ['orders'],
    'check-key-groups': '^(%a+)',
    'export-client-list': true,
    'include-config-metrics': true,
    'include-system-metrics': true,
    ...Object.fromEntries(collectors.map((name) => [`collect.${name}`, true])),
  }
}

/** A Redis with keys of all sorts, errors, a spike, and a denial, all from before anybody looked. */
async function startBusyRedis(program: string | undefined, certificates: TlsCertificates) {
  const redis = await startRedis({
    program,
    tls: { ...certificates.server, ca: certificates.ca },
    args: [
      ...['--tls-client-cert-file', certificates.client.cert],
      ...['--tls-client-key-file', certificates.client.key],
      ...['--maxmemory', '1gb', '--save', '3600 1', '--latency-monitor-threshold', '10'],
      ...['--user', 'guest', 'on', '>guest', '+ping', '--user', 'default', 'on', 'nopass', '~*'],
      ...['&*', '+@all'],
    ],
  })
  await runFixtureWorkload(redis)
  await runNewerWorkload(redis)
  const guest = redis.client()
  await guest.call('AUTH', 'guest', 'guest')
  await expect(guest.get('a')).rejects.toThrow('NOPERM')
  guest.disconnect()
  return redis
}

const slow = 'local sum = 0 for i = 1, 2000000 do sum = sum + i end return sum'

/** Reads, a stream that grows, and now and then a slow command, an error, and a large request. */
async function startTraffic(redis: RedisServer, cluster: RedisCluster): Promise<NodeJS.Timeout> {
  const client = redis.client()
  const node = cluster.nodes[0]?.client()
  if (!node) throw new Error('the cluster has no nodes')
  const key = await keyOf(node)
  let turn = 0
  return setInterval(() => {
    turn += 1
    const all = [client.get('a'), client.get('missing'), node.incr(key)]
    if (turn % 10 === 0)
      all.push(client.incr('hash'), client.set('large', 'x'.repeat(2_000)), client.get('large'))
    // So seldom that the slow log does not grow.
    if (turn % 80 === 0) all.push(client.eval(slow, 0) as Promise<null>)
    if (turn % 20 === 0) all.push(client.xadd('orders', '*', 'id', turn))
    for (const one of all) one.catch(() => {})
  }, 100)
}

/** A key that belongs to a node. */
async function keyOf(node: ReturnType<RedisServer['client']>): Promise<string> {
  for (let number = 0; ; number++) {
    const slot = Number(await node.call('CLUSTER', 'KEYSLOT', `key:${number}`))
    if (slot < 5_000) return `key:${number}`
  }
}

/** All of them, once each has settled: what has started is known when another one fails. */
async function allOf<T extends readonly unknown[]>(
  all: {
    readonly [K in keyof T]: Promise<T[K]>
  },
): Promise<T> {
  await Promise.allSettled(all)
  return (await Promise.all(all)) as unknown as T
}
