import fc from 'fast-check'
import type { KnownCluster } from '../../src/discovery/cluster-nodes.ts'
import { clusterTargets } from '../../src/discovery/cluster-targets.ts'
import { countsOf } from '../../src/discovery/cluster-view.ts'
import type { KnownDeployment } from '../../src/discovery/deployments.ts'
import type { NotedTarget } from '../../src/fleet/topology-watch.ts'
import { gauge, sample } from '../../src/metrics/metric.ts'
import type { PollResult } from '../../src/poller/poll-target.ts'
import { redisError } from '../../src/redis/redis-error.ts'
import { clusterNode, clusterShard, clusterView } from './cluster-views.ts'
import { wantedTarget } from './wanted-target.ts'

// Few of each, so that most topologies have something twice.
const hosts = ['10.0.0.1', '10.0.0.2']
const ports = [6379, 6380]
const address = fc
  .tuple(fc.constantFrom(...hosts), fc.constantFrom(...ports))
  .map(([host, port]) => `redis://${host}:${port}`)
const name = fc.oneof(fc.constantFrom('orders', 'carts'), address)

const node = fc
  .record({
    id: fc.constantFrom('n1', 'n2', 'n3', 'n4'),
    ip: fc.constantFrom('', ...hosts),
    hostname: fc.constantFrom('', 'shared.example'),
    port: fc.constantFrom(undefined, ...ports),
    isMaster: fc.boolean(),
    isReachable: fc.boolean(),
  })
  .map((fields) => clusterNode(fields.id, fields))

const slots = fc.array(
  fc.tuple(fc.nat(99), fc.nat(99)).map(([from, more]) => [from, from + more] as const),
  { maxLength: 2 },
)

const view = fc
  .array(fc.tuple(slots, fc.array(node, { minLength: 1, maxLength: 3 })), { maxLength: 4 })
  .map((shards) => clusterView(...shards.map(([owned, nodes]) => clusterShard(owned, ...nodes))))

/** A cluster as its nodes describe it, whose addresses and shards may be shared in any way. */
export const anyCluster: fc.Arbitrary<KnownCluster> = fc
  .record({ topology: name, view, hostnames: fc.boolean() })
  .map(({ topology, view, hostnames }) => {
    const seed = wantedTarget('redis://10.0.0.1:6379', {
      ...{ pollInterval: 15_000, pollTimeout: 10_000, setClientName: true },
      ...{ clusterDiscoverHostnames: hostnames, discoverMap: [] },
    })
    const { addresses } = clusterTargets(view, seed.endpoint, seed)
    return { topology, view, counts: countsOf(view, [view]), replicas: [], addresses }
  })

const master = fc.record({
  name: fc.constantFrom('main', 'other'),
  address,
  replicas: fc.array(address, { maxLength: 2 }),
  quorum: fc.nat(3),
  sentinels: fc.nat(3),
  agreement: fc.array(fc.tuple(name, fc.boolean()), { maxLength: 3 }).map((all) => new Map(all)),
})

export const anyDeployment: fc.Arbitrary<KnownDeployment> = fc.record({
  topology: name,
  masters: fc.array(master, { maxLength: 3 }),
})

const position = fc.record({
  role: fc.constantFrom('master' as const, 'replica' as const),
  stream: fc.constantFrom('a', 'b'),
  offset: fc.nat(1_000),
  askedAt: fc.nat(1_000),
  heardAt: fc.nat(1_000),
  isLinked: fc.boolean(),
  areAllReplicas: fc.boolean(),
  replicas: fc.array(
    fc.record({
      host: fc.constantFrom(...hosts),
      port: fc.constantFrom(...ports.map(String)),
      offset: fc.nat(1_000),
      lagSeconds: fc.nat(9),
    }),
    { maxLength: 2 },
  ),
  master: fc.option(
    fc.record({
      host: fc.constantFrom(...hosts),
      port: fc.constantFrom(...ports.map(String)),
    }),
    { nil: undefined },
  ),
})

const [keys, memory] = [gauge('db_keys', 'Keys', ['db']), gauge('memory_used_bytes', 'Memory')]

/** A target with what a poll of it gave. */
export const anyPoll: fc.Arbitrary<readonly [NotedTarget, PollResult]> = fc
  .record({
    target: fc.record({ address, name }),
    isUp: fc.boolean(),
    count: fc.nat(99),
    replication: fc.option(position, { nil: undefined }),
  })
  .map(({ target, isUp, count, replication }) => {
    const samples = [sample(keys, count, { db: 'db0' }), sample(memory, count)]
    const collector = { name: 'a', samples, seconds: 0, rejected: [], leftOut: 0 }
    const result: PollResult = {
      error: isUp ? undefined : redisError('connection', 'gone'),
      ...{ role: replication?.role ?? '', collectors: isUp ? [collector] : [], server: '' },
      ...{ run: undefined, connectSeconds: 0, pingSeconds: undefined, seconds: 0 },
      ...{ unixSeconds: 0, roundTrips: 1, ...(replication && isUp ? { replication } : {}) },
    }
    return [target, result] as const
  })
