import type { KnownCluster } from '../../src/discovery/cluster-nodes.ts'
import { countsOf, nodesOf } from '../../src/discovery/cluster-view.ts'
import type { KnownDeployment } from '../../src/discovery/deployments.ts'
import { counter, gauge, type Sample, sample } from '../../src/metrics/metric.ts'
import type { PollResult } from '../../src/poller/poll-target.ts'
import type { ServerFigures } from '../../src/poller/server-figures.ts'
import { clusterNode, clusterShard, clusterView } from './cluster-views.ts'
import { downResult, failed, runOf, upResult } from './poll-results.ts'
import { type ServedExporter, serveExporter } from './served-exporter.ts'

/** Figures of a server in use. */
export function usualFigures(figures: Partial<ServerFigures> = {}): ServerFigures {
  return {
    readAt: 0,
    uptimeSeconds: 1_000_000,
    commands: 1_000,
    calls: 1_000,
    callMicroseconds: 5_000,
    memoryBytes: 48 * 2 ** 20,
    memoryLimitBytes: 64 * 2 ** 20,
    clients: 42,
    mostClients: 10_000,
    hits: 900,
    misses: 100,
    keys: 12_345,
    masters: undefined,
    replication: { kind: 'master', replicas: 1, lagBytes: 70, lagSeconds: 0 },
    ...figures,
  }
}

const biggest = gauge('biggest_key_memory_bytes', 'it', ['db', 'type', 'key'])
const spent = counter('commands_duration_seconds_total', 'it', ['cmd'])
const calls = counter('commands_total', 'it', ['cmd'])
const idleSince = gauge('connected_client_idle_since_timestamp', 'it', ['id', 'name'])

const keys: readonly Sample[] = [
  ['cart:open', 'hash', 5_242_880],
  ['session:index', 'zset', 3_355_443],
  ['page:/', 'string', 733_184],
].map(([key, type, bytes]) =>
  sample(biggest, Number(bytes), { db: 'db0', type: String(type), key: String(key) }),
)
const commands = (
  [
    ['get', 812_345, 4.1],
    ['hgetall', 45_678, 2.7],
    ['set', 123_456, 0.9],
    ['zrangebyscore', 2_345, 0.8],
  ] as const
).flatMap(([cmd, count, seconds]) => [
  sample(calls, count, { cmd }),
  sample(spent, seconds, { cmd }),
])

const pollSeconds = 15
const polls = 240

const hour = pollSeconds * polls * 1e3

/** Servers of a shop with an hour behind them: what a picture shows. The clock of it stands still. */
export async function serveShownFleet(): Promise<ServedExporter> {
  const exporter = await serveExporter({
    targetLabel: 'target',
    clusters: [orders],
    deployments: [sessions],
    walks: [
      {
        ...{ target: 'sessions-1', running: true, runningSeconds: 40, ratio: 0.62, keys: 7_654 },
        ...{ load: 0.048, ageSeconds: 75 },
      },
    ],
  })
  exporter.close()
  const began = exporter.clock.monotonic()

  async function begin({ name, size, until = polls, result: own, figures = {} }: ShownServer) {
    const address = `redis://${name}:6379`
    const target = exporter.watch({ name, address, maximumAgeMilliseconds: 2 * hour })
    const result = { ...resultOf(size), ...own }
    const told = Array.from({ length: until + 1 }, (_, poll) => ({
      ...figuresAt(poll, size, began),
      ...figures,
    }))
    await target.remember(result, told.slice(0, -1))
    return { ...target, end: () => target.remember(result, told.slice(-1)) }
  }

  const all = await Promise.all(servers.map(begin))
  const lost = await begin({ name: 'cache-eu', size: 2, until: 190 })
  exporter.watch({ name: 'billing' })
  exporter.clock.advance(190 * pollSeconds * 1e3)
  await lost.poll(downResult())
  exporter.clock.advance(hour - 191 * pollSeconds * 1e3)
  for (const one of all) await one.end()
  await lost.poll(downResult())
  exporter.clock.advance(pollSeconds * 1e3)
  return exporter
}

interface ShownServer {
  readonly name: string
  /** How much it has to do. */
  readonly size: number
  /** After how many polls it is lost. */
  readonly until?: number
  readonly result?: Partial<PollResult>
  readonly figures?: Partial<ServerFigures>
}

const ofSentinel = {
  ...{ memoryBytes: undefined, keys: undefined, hits: undefined, replication: undefined },
  masters: 1,
}

const linked = { kind: 'replica', isLinked: true, silentSeconds: 1 } as const
const noLimit = { memoryLimitBytes: undefined }

const servers: readonly ShownServer[] = [
  { name: 'sessions-1', size: 1 },
  { name: 'sessions-2', size: 0.3, result: { role: 'slave' }, figures: { replication: linked } },
  ...['orders-1', 'orders-2', 'orders-3'].map((name, index) => ({
    ...{ name, size: 0.5 + index, figures: noLimit },
  })),
  {
    ...{ name: 'sentinel-1', size: 0.02, figures: { ...ofSentinel, clients: 5 } },
    result: { server: 'Valkey 9.1.2', role: 'sentinel' },
  },
]

/** What a server told that has more to do now than before, as people come and go. */
function figuresAt(poll: number, size: number, began: number): ServerFigures {
  const load = 1.4 + Math.sin(poll / 23 + size) + 0.25 * Math.sin(poll * 1.7 * size)
  // Always the same, and rising: what is told of is the difference.
  const done = Math.round(30_000 * size * (poll * 1.4 - 23 * Math.cos(poll / 23 + size)))
  return usualFigures({
    readAt: began + poll * pollSeconds * 1e3,
    commands: 1e7 + done,
    calls: 1e6 + poll * 1_000,
    callMicroseconds: 1e6 + Math.round(poll * 6_000 + 4_000 * Math.sin(poll / 9)),
    memoryBytes: Math.round((40 + 9 * load * Math.min(1, size)) * 2 ** 20),
    clients: Math.round(20 + 15 * load),
    hits: 1e6 + poll * 950 + Math.round(300 * Math.sin(poll / 12)),
    misses: 1e5 + poll * 50,
    keys: Math.round(12_000 * size + 500 * load),
  })
}

function resultOf(size: number): PollResult {
  return {
    ...upResult(
      { name: 'biggest-keys', samples: keys },
      { name: 'commandstats', samples: commands },
      { name: 'client-list', samples: clients },
      ...(size === 1 || size === 0.5
        ? [failed('config', 'noperm', 'the user may not run the command (NOPERM)')]
        : []),
      { name: 'latency', seconds: 0.0004 },
    ),
    run: runOf(String(size)),
    server: 'Redis 8.6.3',
  }
}

const now = Date.UTC(2025, 5, 1, 13) / 1e3
const clients: readonly Sample[] = [
  sample(idleSince, now - 86_000, { id: '3', name: 'worker' }),
  sample(idleSince, now - 12, { id: '17', name: 'shop' }),
]

const view = clusterView(
  clusterShard([[0, 5_460]], 'm1', 'r4'),
  clusterShard([[5_461, 10_922]], 'm2', clusterNode('r5', { isReachable: false })),
  clusterShard([[10_923, 16_383]], 'm3', 'r6'),
)

const orders: KnownCluster = {
  topology: 'orders-1',
  view,
  counts: countsOf(view, [view]),
  replicas: [],
  addresses: new Map(
    nodesOf(view).map(({ id }) => [id, `redis://orders-${id.replace(/\D/, '')}:6379`]),
  ),
}

const agreement = new Map([1, 2, 3].map((index) => [`sentinel-${index}`, true]))

const sessions: KnownDeployment = {
  topology: 'sentinel-1',
  masters: [
    {
      ...{
        name: 'sessions',
        address: 'redis://sessions-1:6379',
        replicas: ['redis://sessions-2:6379'],
      },
      ...{ quorum: 2, sentinels: 3, agreement },
    },
  ],
}

/** What must not become a part of a page. */
export const hostile = `"><script>alert(1)</script>&lt;${'x'.repeat(60)}`
