import { describe, expect, test } from 'vitest'
import type { KnownCluster } from '../../src/discovery/cluster-nodes.ts'
import { countsOf } from '../../src/discovery/cluster-view.ts'
import {
  createTopologyWatch,
  type Sharing,
  type TopologyWatch,
} from '../../src/fleet/topology-watch.ts'
import { gauge, type Sample, sample } from '../../src/metrics/metric.ts'
import type { PollResult } from '../../src/poller/poll-target.ts'
import { redisError } from '../../src/redis/redis-error.ts'
import type { ReplicationPosition } from '../../src/redis/replication-position.ts'
import { clusterShard, clusterView } from '../support/cluster-views.ts'
import { fakeClock } from '../support/fake-clock.ts'

const view = clusterView(clusterShard([[0, 16_383]], 'm1', 'r2'))
const cluster: KnownCluster = {
  ...{ topology: 'orders', view, counts: countsOf(view, [view]), replicas: [] },
  addresses: new Map([['m1', 'redis://m1:6379']]),
}

const textOf = async ({ bodies }: Pick<TopologyWatch, 'bodies'>) =>
  (await bodies()).map(({ plain }) => plain().toString()).join('')

function watched(sharing?: Sharing) {
  const refreshed: string[] = []
  const clock = fakeClock()
  const watch = createTopologyWatch({
    topologies: {
      refresh: (address) => void refreshed.push(address),
      clusters: () => [cluster],
      deployments: () => [],
      replicasBeside: () => [],
    },
    namespace: 'redis',
    sharing,
    clock,
  })
  const text = () => {
    clock.advance(1_000)
    return textOf(watch)
  }
  return { ...watch, refreshed, text, clock }
}

const target = { address: 'redis://m1:6379', name: 'first' }

function result(role: string, samples: readonly Sample[] = [], error?: PollResult['error']) {
  const collector = { name: 'a', samples, seconds: 0, rejected: [], leftOut: 0 }
  return {
    ...{ error, role, collectors: [collector], server: '', run: undefined, connectSeconds: 0 },
    ...{ pingSeconds: undefined, seconds: 0, unixSeconds: 0, roundTrips: 1 },
  }
}

const gone = redisError('connection', 'gone')

describe('a topology is asked at once', () => {
  test.each([
    ['whose role changed', [result('slave'), result('master')], 1],
    [
      'whose role changed while it was down',
      [result('slave'), result('', [], gone), result('master')],
      2,
    ],
    ['that went down', [result('master'), result('', [], gone), result('', [], gone)], 1],
  ])('when a target is polled %s', (_, results, times) => {
    const { note, refreshed } = watched()
    for (const one of results) note(target, one)

    expect(refreshed).toEqual(Array(times).fill(target.address))
  })

  test.each([
    ['the first time', [result('master')]],
    ['and stays as it is', [result('master'), result('master')]],
    ['and comes back as it was', [result('', [], gone), result('master')]],
  ])('but not when a target is polled %s', (_, results) => {
    const { note, refreshed } = watched()
    for (const one of results) note(target, one)

    expect(refreshed).toEqual([])
  })

  test('when a key has moved, also in a part of a collector', () => {
    const { note, refreshed } = watched()
    const moved = redisError('other', 'the server answered with an error (MOVED)', 'MOVED')
    const [collector] = result('master').collectors
    if (!collector) throw new Error('there is no collector')
    note(target, { ...result('master'), collectors: [{ ...collector, error: moved }] })
    const failedParts = new Map([['a', moved]])
    note(target, { ...result('master'), collectors: [{ ...collector, failedParts }] })

    expect(refreshed).toHaveLength(2)
  })
})

describe('what is told', () => {
  const [keys, memory] = [gauge('db_keys', 'Keys', ['db']), gauge('memory_used_bytes', 'Memory')]
  const samples = [
    sample(keys, 3, { db: 'db0' }),
    sample(keys, 4, { db: 'db1' }),
    sample(memory, 1000),
  ]

  test('has the keys and the memory of masters by their names', async () => {
    const { note, text } = watched()
    note(target, result('master', samples))

    expect(await text()).toContain(
      'redis_topology_shard_keys{topology="orders",master="first"} 7\n',
    )
    expect(await text()).toContain(
      'redis_topology_shard_memory_used_bytes{topology="orders",master="first"} 1000\n',
    )
  })

  test('has nothing of a target that is down or watched no more', async () => {
    const { note, forget, text } = watched()
    note(target, result('master', samples))
    note(target, result('', [], gone))
    expect(await text()).not.toContain('redis_topology_shard_keys{')
    note(target, result('master', samples))
    forget(target)

    expect(await text()).not.toContain('redis_topology_shard_keys{')
  })

  test('is put together once a second, however many ask', async () => {
    const { note, text, bodies, clock } = watched()
    const before = await text()
    note(target, result('master', samples))
    clock.advance(999)
    const together = [bodies(), bodies()]
    expect(together[0]).toBe(together[1])
    expect(await textOf({ bodies })).toBe(before)

    clock.advance(1)
    expect(await textOf({ bodies })).not.toBe(before)
  })

  test('is told of a thousand clusters, and pairs, without holding the event loop for it', async () => {
    const clusters = Array.from({ length: 1_000 }, (_, index) => ({
      ...cluster,
      topology: `c${index}`,
    }))
    let asked = 0
    const watch = createTopologyWatch({
      topologies: {
        refresh: () => {},
        clusters: () => clusters,
        deployments: () => [],
        replicasBeside: () => [],
      },
      namespace: 'redis',
      sharing: {
        isOurs() {
          asked += 1
          // As long as a slice, so that each of them ends one.
          const end = performance.now() + 4
          while (asked <= 3 && performance.now() < end);
          return true
        },
        elsewhere: () => [],
      },
      clock: fakeClock(),
    })
    const text = textOf(watch)
    expect(asked).toBe(1)

    expect((await text).match(/^redis_topology_nodes\{/gm)).toHaveLength(1_000)
  })
})

describe('where several exporters share the targets', () => {
  const keys = sample(gauge('db_keys', 'keys'), 7)
  const namesIn = (text: string) => [...text.matchAll(/^redis_(\w+)/gm)].map(([, name]) => name)
  const elsewhere = () => []

  test('one of them tells of the whole, by the name of the topology', async () => {
    const asked: string[] = []
    const isOurs = (name: string) => asked.push(name) > 0
    const { text } = watched({ isOurs, elsewhere })

    expect(namesIn(await text())).toContain('topology_nodes')
    expect(asked).toEqual(['orders'])
  })

  test('each of them tells of the shards whose masters it polls', async () => {
    const { note, text } = watched({ isOurs: () => false, elsewhere })
    expect(await text()).toBe('')
    note(target, result('master', [keys]))

    expect(namesIn(await text())).toEqual([
      'topology_shard_keys',
      'topology_shard_keys_imbalance_ratio',
    ])
  })

  test('a master that another one polls has the name that it has there', async () => {
    const address = 'redis://m1:6379'
    const known = { name: 'main', address, replicas: [], quorum: 1, sentinels: 1 }
    const deployment = { topology: 's', masters: [{ ...known, agreement: new Map() }] }
    const watch = createTopologyWatch({
      topologies: {
        refresh: () => {},
        clusters: () => [],
        deployments: () => [deployment],
        replicasBeside: () => [],
      },
      namespace: 'redis',
      sharing: { isOurs: () => true, elsewhere: () => [{ address, name: 'cache' }] },
      clock: fakeClock(),
    })

    expect(await textOf(watch)).toContain('master_address="cache"')
  })
})

describe('the master of a replica', () => {
  const replicaOf = (stream: string, port: string) =>
    positionedResult('slave', { role: 'replica', stream, master: { host: 'm1', port } })
  const masterOf = (stream: string) => positionedResult('master', { role: 'master', stream })
  const replica = { address: 'redis://r2:6379', name: 'second' }

  test('is a target that writes the stream which the replica takes in', () => {
    const { note, watchedMaster } = watched()
    note(replica, replicaOf('a', '6379'))
    expect(watchedMaster(replica)).toBeUndefined()

    note(target, masterOf('a'))
    expect(watchedMaster(replica)).toBe(target.address)
    expect(watchedMaster(target)).toBeUndefined()

    note(target, masterOf('b'))
    expect(watchedMaster(replica)).toBeUndefined()
  })

  test('is none that is down or gone', () => {
    const { note, forget, watchedMaster } = watched()
    note(replica, replicaOf('a', '6379'))
    note(target, masterOf('a'))
    note(target, result('', [], gone))
    expect(watchedMaster(replica)).toBeUndefined()

    note(target, masterOf('a'))
    expect(watchedMaster(replica)).toBe(target.address)
    forget(target)
    expect(watchedMaster(replica)).toBeUndefined()
  })

  test('is the one that the replica names where one server is watched under two addresses', () => {
    const { note, watchedMaster } = watched()
    note(replica, replicaOf('a', '7000'))
    for (const port of ['6379', '7000'])
      note({ address: `redis://m1:${port}`, name: port }, masterOf('a'))

    expect(watchedMaster(replica)).toBe('redis://m1:7000')
  })
})

function positionedResult(
  role: string,
  position: Pick<ReplicationPosition, 'role' | 'stream'> & Partial<ReplicationPosition>,
): PollResult {
  const told = { isLinked: true, areAllReplicas: true, replicas: [], master: undefined }
  const rest = { ...told, offset: 1, askedAt: 0, heardAt: 0 }
  return { ...result(role), replication: { ...rest, ...position } }
}
