import { describe, expect, test } from 'vitest'
import type { KnownCluster } from '../../src/discovery/cluster-nodes.ts'
import { type ClusterView, countsOf, nodesOf } from '../../src/discovery/cluster-view.ts'
import { ownAddresses } from '../../src/discovery/shared-addresses.ts'
import { clusterFigures, type ShardFigures, shardFigures } from '../../src/fleet/cluster-figures.ts'
import { clusterNode, clusterShard, clusterView } from '../support/cluster-views.ts'

const usual = clusterView(
  clusterShard([[0, 8_191]], 'm1', 'r4'),
  clusterShard([[8_192, 16_383]], 'm2', 'r5'),
)

function known(view: ClusterView, ...others: readonly ClusterView[]): KnownCluster {
  const addresses = new Map(nodesOf(view).map(({ id }) => [id, `redis://${id}:6379`]))
  return {
    topology: 'orders',
    view,
    counts: countsOf(view, [view, ...others]),
    replicas: [],
    addresses,
  }
}

/** By the names of metrics, without the labels that all have. */
function figures(cluster: KnownCluster, ofShards: Readonly<Record<string, ShardFigures>> = {}) {
  const ofMasters = shardFigures(cluster, (address) => ofShards[address.slice(8, 10)])
  return Object.fromEntries(
    [...clusterFigures(cluster), ...ofMasters].map(({ metric, labels, value }) => [
      `${metric.name}${labels.master ? ` ${labels.master}` : ''}`,
      value,
    ]),
  )
}

test('a cluster that is well', () => {
  expect(figures(known(usual, usual))).toEqual({
    topology_slots_covered: 16_384,
    topology_slots_unowned: 0,
    topology_slots_disputed: 0,
    topology_nodes_disagreeing: 0,
    topology_shards: 2,
    topology_masters_without_replica: 0,
    topology_nodes: 4,
    topology_nodes_unreachable: 0,
  })
})

test('all have the name of the topology', () => {
  expect(clusterFigures(known(usual)).map(({ labels }) => labels.topology)).toEqual(
    Array(8).fill('orders'),
  )
})

test('slots without an owner, a master that is down, a replica that is down', () => {
  const view = clusterView(
    clusterShard([[0, 99]], clusterNode('m1', { isReachable: false }), 'r4'),
    clusterShard([[100, 199]], 'm2', clusterNode('r5', { isReachable: false })),
    clusterShard([[200, 299]], 'm3'),
    clusterShard([], 'm6'),
  )

  expect(figures(known(view))).toMatchObject({
    topology_slots_covered: 200,
    topology_slots_unowned: 16_084,
    topology_shards: 3,
    topology_masters_without_replica: 2,
    topology_nodes: 6,
    topology_nodes_unreachable: 2,
  })
})

test('nodes that see it differently', () => {
  const other = clusterView(
    clusterShard([[0, 8_181]], 'm1', 'r4'),
    clusterShard([[8_182, 16_383]], 'm2', 'r5'),
  )

  expect(figures(known(usual, other, usual))).toMatchObject({
    topology_slots_covered: 16_384,
    topology_slots_disputed: 10,
    topology_nodes_disagreeing: 1,
  })
})

describe('keys and memory of shards', () => {
  const of = (keys: number | undefined, memoryBytes: number | undefined) => ({ keys, memoryBytes })

  test('are those of their masters, and the largest is held against the mean', () => {
    expect(figures(known(usual), { m1: of(30, 1_000), m2: of(10, 3_000) })).toMatchObject({
      'topology_shard_keys redis://m1:6379': 30,
      'topology_shard_keys redis://m2:6379': 10,
      topology_shard_keys_imbalance_ratio: 1.5,
      'topology_shard_memory_used_bytes redis://m1:6379': 1_000,
      'topology_shard_memory_used_bytes redis://m2:6379': 3_000,
      topology_shard_memory_imbalance_ratio: 1.5,
    })
  })

  test('of a master that is down are not there, nor is then what needs all', () => {
    const found = figures(known(usual), { m1: of(30, 1_000) })

    expect(found).toMatchObject({ 'topology_shard_keys redis://m1:6379': 30 })
    expect(Object.keys(found).join()).not.toMatch(/imbalance|m2/)
  })

  test('of nodes that share an address are not there: nobody knows whose they are', () => {
    const cluster = known(usual)
    const addresses = ownAddresses(
      new Map([...cluster.addresses].map(([id]) => [id, 'redis://m1'])),
    )

    expect(
      Object.keys(figures({ ...cluster, addresses }, { m1: of(30, 1_000) })).join(),
    ).not.toMatch(/shard_/)
  })

  test('of a master of which it is said that it has two shards are there once, and held against nothing', () => {
    const odd = clusterView(clusterShard([[0, 8_191]], 'm1'), clusterShard([[8_192, 16_383]], 'm1'))
    const told = shardFigures(known(odd), () => of(30, undefined))

    expect(told.map(({ metric, value }) => [metric.name, value])).toEqual([
      ['topology_shard_keys', 30],
    ])
  })

  test('of an empty cluster are balanced by nothing', () => {
    expect(
      Object.keys(figures(known(usual), { m1: of(0, 7), m2: of(0, 7) })).filter((name) =>
        name.includes('imbalance'),
      ),
    ).toEqual(['topology_shard_memory_imbalance_ratio'])
  })
})
