import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { KnownCluster } from '../../src/discovery/cluster-nodes.ts'
import type { KnownDeployment } from '../../src/discovery/deployments.ts'
import { createTopologyWatch, type NotedTarget } from '../../src/fleet/topology-watch.ts'
import type { PollResult } from '../../src/poller/poll-target.ts'
import { anyCluster, anyDeployment, anyPoll } from '../support/arbitrary-topologies.ts'
import { checkExposition } from '../support/exposition.ts'
import { fakeClock } from '../support/fake-clock.ts'

interface Watched {
  readonly clusters: readonly KnownCluster[]
  readonly deployments: readonly KnownDeployment[]
  readonly polls: readonly (readonly [NotedTarget, PollResult])[]
}

/** What is served of these topologies after these polls. */
async function served({ clusters, deployments, polls }: Watched): Promise<string> {
  const watch = createTopologyWatch({
    topologies: {
      refresh: () => {},
      clusters: () => clusters,
      deployments: () => deployments,
      replicasBeside: () => [],
    },
    namespace: 'redis',
    clock: fakeClock(),
  })
  for (const [target, result] of polls) watch.note(target, result)
  return (await watch.bodies()).map(({ plain }) => plain().toString()).join('')
}

const anyWatched: fc.Arbitrary<Watched> = fc.record({
  clusters: fc.array(anyCluster, { maxLength: 3 }),
  deployments: fc.array(anyDeployment, { maxLength: 3 }),
  polls: fc.array(anyPoll, { maxLength: 8 }),
})

test('whatever topologies say of themselves, no series of them is served twice', async () => {
  await fc.assert(
    fc.asyncProperty(anyWatched, async (watched) => {
      expect(checkExposition(await served(watched))).toEqual([])
    }),
  )
})

test('of two topologies that are called alike the first is told of', async () => {
  const deployment = (sentinels: number): KnownDeployment => {
    const master = { name: 'main', address: 'redis://a:6379', replicas: [], quorum: 1, sentinels }
    return { topology: 'orders', masters: [{ ...master, agreement: new Map() }] }
  }
  const text = await served({
    clusters: [],
    deployments: [deployment(3), deployment(5)],
    polls: [],
  })

  expect(text.match(/^redis_sentinel_master_known_sentinels\{.*$/gm)).toEqual([
    'redis_sentinel_master_known_sentinels{topology="orders",master_name="main"} 3',
  ])
})
