import { expect, it } from 'vitest'
import { discoverCluster, figuresOf } from '../support/discovered-cluster.ts'
import { eventually } from '../support/eventually.ts'
import { startOneAddressCluster } from '../support/one-address-cluster.ts'
import { addressOf, portsOf } from '../support/server-addresses.ts'

const within = { within: 40_000, every: 100 }

it('nodes that announce one address are watched as one target, which is told until each has its own', async () => {
  await using cluster = await startOneAddressCluster()
  const { seed } = cluster
  using source = discoverCluster(addressOf(seed))

  await eventually(
    () =>
      expect(source.state().failure).toBe(
        `3 nodes announce one address, ${addressOf(seed)}: one of them at most is watched; let each announce its own (cluster-announce-ip, -port or -hostname)`,
      ),
    within,
  )
  expect(source.ports()).toEqual([seed.port])
  expect(figuresOf(source)).toMatchObject({ topology_nodes: 3, topology_shards: 3 })
  expect(source.cluster()?.addresses.size).toBe(0)
  for (const node of cluster.nodes)
    await node.client().config('SET', 'cluster-announce-port', `${node.port}`)

  await eventually(() => expect(source.state().failure).toBeUndefined(), within)
  expect(source.ports()).toEqual(portsOf(...cluster.nodes))
  expect(source.cluster()?.addresses.size).toBe(3)
  const failures = source.shown().filter(({ msg }) => msg.startsWith('discovery failed: 3 nodes'))
  expect(failures).toHaveLength(1)
}, 120_000)
