import { describe, expect, test } from 'vitest'
import { changedRoles, clusterTargets, replicasOf } from '../../src/discovery/cluster-targets.ts'
import { clusterNode, clusterShard, clusterView } from '../support/cluster-views.ts'
import { targetsOf } from '../support/read-targets.ts'
import { wantedTarget } from '../support/wanted-target.ts'

const settings = {
  ...{ pollInterval: 15_000, pollTimeout: 10_000, setClientName: true },
  ...{ clusterDiscoverHostnames: false, discoverMap: [] },
}

describe('the targets of a cluster', () => {
  const seed = wantedTarget('redis://:hunter2@127.0.0.1:7001/3', settings, {
    name: 'orders',
    labels: { team: 'a' },
  })
  const view = clusterView(
    clusterShard([[0, 99]], 'm2', 'r10', clusterNode('r3', { isReachable: false })),
    clusterShard([], 'm1', clusterNode('m4', { port: undefined })),
  )
  const { targets, addresses } = clusterTargets(view, seed.endpoint, seed)

  test('are all of its nodes whose address is known, those that are down too, in order', () => {
    expect(targets.map(({ address }) => address)).toEqual([
      'redis://127.0.0.1:7001',
      'redis://127.0.0.1:7002',
      'redis://127.0.0.1:7003',
      'redis://127.0.0.1:7010',
    ])
    expect([...addresses.keys()].sort()).toEqual(['m1', 'm2', 'r10', 'r3'])
  })

  test('have all that the seed has but its name', () => {
    const { login, labels, database } = seed

    expect(targets[1]).toEqual({
      ...{ address: 'redis://127.0.0.1:7002', name: 'redis://127.0.0.1:7002' },
      endpoint: { kind: 'tcp', host: '127.0.0.1', port: 7002, tls: false },
      ...{ login, labels, database, settings },
    })
  })

  test('are the seed itself where that is one of them', () => {
    expect(targets[0]).toBe(seed)
  })

  test('are the seed itself however its address is written', async () => {
    const hostnames = { ...settings, clusterDiscoverHostnames: true }
    const [written] = await targetsOf('targets: [{address: "Node-1.Example:7001"}]')
    const first = { ...seed, ...written, settings: hostnames }
    const node = clusterNode('m1', { hostname: 'node-1.example' })

    const found = clusterTargets(clusterView(clusterShard([], node)), first.endpoint, first)
    expect(found.targets).toEqual([first])
  })

  test('log in as the login of the seed says', () => {
    const login = { from: 'elsewhere', read: async () => ({ user: 'u' }) }
    const own = { ...seed.login, forNode: () => login }
    const { targets } = clusterTargets(view, seed.endpoint, { ...seed, login: own })

    expect(targets.map((one) => one.login)).toEqual([own, login, login, login])
  })

  test('are bounded', () => {
    const many = Array.from({ length: 3_000 }, (_, index) => clusterNode(`m${index + 1}`))

    expect(
      clusterTargets(clusterView(clusterShard([], ...many)), seed.endpoint, seed).targets,
    ).toHaveLength(2_000)
  })
})

test('who became master or replica is told; who is new or gone is not', () => {
  const before = clusterView(clusterShard([], 'm1', 'r2', 'r3'), clusterShard([], 'm4'))
  const now = clusterView(
    clusterShard([], clusterNode('r2', { isMaster: true }), clusterNode('m1', { isMaster: false })),
    clusterShard([], 'r3', 'm5'),
  )

  expect(changedRoles(before, now)).toEqual(['r2', 'm1'])
})

test('the replicas of a shard are in order, those that are well before the others', () => {
  const lost = clusterNode('r1', { isReachable: false })
  const shard = clusterShard([], 'm9', 'r3', lost, 'r2', 'r4')
  const addresses = new Map(['m9', 'r1', 'r2', 'r3'].map((id) => [id, `address of ${id}`]))

  expect(replicasOf(shard, addresses)).toEqual(['r2', 'r3', 'r1'].map((id) => `address of ${id}`))
})
