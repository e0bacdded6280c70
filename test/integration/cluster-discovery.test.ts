import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { masterOf } from '../../src/discovery/cluster-view.ts'
import { discoverCluster, figuresOf } from '../support/discovered-cluster.ts'
import { eventually } from '../support/eventually.ts'
import { type RedisCluster, startCluster } from '../support/redis-cluster.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { addressOf, portsOf } from '../support/server-addresses.ts'

const within = { within: 40_000, every: 100 }

const well = {
  topology_slots_covered: 16_384,
  topology_slots_unowned: 0,
  topology_slots_disputed: 0,
  topology_nodes_disagreeing: 0,
  topology_shards: 3,
  topology_masters_without_replica: 0,
  topology_nodes: 6,
  topology_nodes_unreachable: 0,
}

function nodeOf({ nodes }: RedisCluster, index: number): RedisServer {
  const node = nodes[index]
  if (!node) throw new Error(`there is no node ${index}`)
  return node
}

describe('a cluster of six nodes', () => {
  let cluster: RedisCluster

  beforeAll(async () => {
    cluster = await startCluster({ masters: 3, replicas: 3 })
  }, 120_000)
  afterAll(async () => await cluster?.[Symbol.asyncDispose]())

  it.each([
    ['a master', 0],
    ['a replica', 5],
  ])('is found whole from %s', async (_, index) => {
    using source = discoverCluster(addressOf(nodeOf(cluster, index)))

    await eventually(() => expect(source.ports()).toEqual(portsOf(...cluster.nodes)), within)
    await eventually(() => expect(figuresOf(source)).toEqual(well), within)
    expect(source.state().failure).toBeUndefined()
  })

  it('is found without an error reply of any server', async () => {
    const errors = async () =>
      Promise.all(cluster.nodes.map(async (node) => (await node.info('stats')).total_error_replies))
    const before = await errors()
    using source = discoverCluster(addressOf(nodeOf(cluster, 1)))
    await eventually(() => expect(figuresOf(source)).toEqual(well), within)

    expect(await errors()).toEqual(before)
  })

  it.each([
    ['CLUSTER NODES', '+cluster|nodes', 6],
    ['CLUSTER SLOTS', '+cluster|slots', 6],
    ['CLUSTER NODES, and nothing of INFO', '+cluster|nodes -info', 6],
  ])('is found by a user who may run no more than %s', async (_, rights, count) => {
    const rules = ['reset', 'on', '>hunter2', '-@all', '+info', ...rights.split(' ')]
    for (const node of cluster.nodes)
      await node.client().call('ACL', 'SETUSER', 'watcher', ...rules)
    using source = discoverCluster(`redis://watcher:hunter2@127.0.0.1:${nodeOf(cluster, 0).port}`)

    await eventually(() => expect(source.ports()).toHaveLength(count), within)
    expect(source.ports()).toEqual(portsOf(...cluster.nodes))
  })

  it('is not found by a user who may ask for none of it, which is told', async () => {
    const rules = ['reset', 'on', '>hunter2', '-@all', '+info']
    for (const node of cluster.nodes)
      await node.client().call('ACL', 'SETUSER', 'watcher', ...rules)
    const url = `redis://watcher:hunter2@127.0.0.1:${nodeOf(cluster, 0).port}`
    using source = discoverCluster(url)

    await eventually(
      () =>
        expect(source.state().failure).toBe(
          'no node tells of its cluster (noperm: the user may not run the command (NOPERM)); nothing else is watched than what is configured',
        ),
      within,
    )
    expect(source.ports()).toEqual([nodeOf(cluster, 0).port])
  })

  it('is followed when slots move', async () => {
    using source = discoverCluster(addressOf(nodeOf(cluster, 3)))
    await eventually(() => expect(figuresOf(source)).toEqual(well), within)
    const [from, to] = [nodeOf(cluster, 0), nodeOf(cluster, 1)]
    const id = String(await to.client().call('CLUSTER', 'MYID'))
    // An empty slot needs no keys moved.
    for (const slot of ['3', '4'])
      for (const node of [to, from])
        await node.client().call('CLUSTER', 'SETSLOT', slot, 'NODE', id)

    await eventually(() => {
      const shards = source.cluster()?.view.shards ?? []
      const owner = shards.find(({ slots }) =>
        slots.some(([first, last]) => first <= 3 && last >= 3),
      )
      expect(owner && masterOf(owner)?.port).toBe(to.port)
      expect(figuresOf(source)).toEqual(well)
    }, within)
    expect(source.changedRoles).toEqual([])
  })

  it('is followed when a node joins and when it leaves', async () => {
    using source = discoverCluster(addressOf(nodeOf(cluster, 4)))
    await eventually(() => expect(figuresOf(source)).toEqual(well), within)
    const node = await cluster.addReplica(nodeOf(cluster, 2))

    await eventually(() => expect(source.ports()).toContain(node.port), within)
    await eventually(
      () => expect(figuresOf(source)).toEqual({ ...well, topology_nodes: 7 }),
      within,
    )
    const id = String(await node.client().call('CLUSTER', 'MYID'))
    const others = cluster.nodes.filter((one) => one !== node)
    for (const other of others) await other.client().call('CLUSTER', 'FORGET', id)
    await node.client().call('CLUSTER', 'RESET', 'HARD')

    await eventually(() => expect(source.ports()).toEqual(portsOf(...others)), within)
    await node.stop()
    await eventually(() => expect(figuresOf(source)).toEqual(well), within)
  }, 120_000)
})

describe('a cluster that loses nodes', () => {
  let cluster: RedisCluster

  beforeAll(async () => {
    cluster = await startCluster({ masters: 3, replicas: 3 })
  }, 120_000)
  afterAll(async () => await cluster?.[Symbol.asyncDispose]())

  it('is followed to the replica that takes over, also where the seed is what is gone', async () => {
    const [master, , , replica] = cluster.nodes
    if (!master || !replica) throw new Error('the cluster lacks nodes')
    using source = discoverCluster(addressOf(master))
    await eventually(() => expect(figuresOf(source)).toEqual(well), within)
    await master.kill()

    await eventually(() => expect(source.changedRoles).toContain(addressOf(replica)), within)
    // The dead one is still a member, and a target that is down.
    expect(source.ports()).toEqual(portsOf(...cluster.nodes))
    await eventually(
      () =>
        expect(figuresOf(source)).toEqual({
          ...well,
          topology_masters_without_replica: 1,
          topology_nodes_unreachable: 1,
        }),
      within,
    )
    await master.restart()
    await eventually(() => expect(figuresOf(source)).toEqual(well), within)
    expect(source.state().failure).toBeUndefined()
  }, 120_000)

  it('keeps nobody waiting for a node that is paused', async () => {
    const paused = nodeOf(cluster, 1)
    using source = discoverCluster(addressOf(nodeOf(cluster, 2)))
    await eventually(() => expect(figuresOf(source)).toEqual(well), within)
    await paused.pause()
    try {
      await eventually(
        () => expect(figuresOf(source)).toMatchObject({ topology_nodes_unreachable: 1 }),
        within,
      )
      expect(source.ports()).toEqual(portsOf(...cluster.nodes))
      expect(source.state().failure).toBeUndefined()
    } finally {
      paused.resume()
    }
  }, 120_000)
})

describe('a cluster that is gone', () => {
  it('is kept for a while, which is told, and then forgotten but for what is configured', async () => {
    await using cluster = await startCluster()
    const seed = nodeOf(cluster, 0)
    using source = discoverCluster(addressOf(seed), { maximumAgeMilliseconds: 3_000 })
    await eventually(() => expect(source.ports()).toHaveLength(3), within)
    await Promise.all(cluster.nodes.map((node) => node.kill()))

    await eventually(
      () =>
        expect(source.state().failure).toMatch(
          /^no node tells of its cluster \(connection: .*\); what was found last is still watched$/,
        ),
      within,
    )
    expect(source.ports()).toHaveLength(3)
    await eventually(() => expect(source.ports()).toEqual([seed.port]), within)
    expect(source.cluster()).toBeUndefined()
    await Promise.all(cluster.nodes.map((node) => node.restart()))
    await eventually(() => expect(source.ports()).toHaveLength(3), within)
    expect(source.state().failure).toBeUndefined()
  }, 120_000)
})

describe('a cluster that is asked seldom, and was gone when it was asked', () => {
  it('stays, and is asked again soon, not only at the interval', async () => {
    await using cluster = await startCluster()
    using source = discoverCluster(addressOf(nodeOf(cluster, 0)), {
      args: ['--poll.interval=1h'],
      maximumAgeMilliseconds: 60_000,
    })
    await eventually(() => expect(source.ports()).toHaveLength(3), within)
    await Promise.all(cluster.nodes.map((node) => node.kill()))
    source.refresh()
    await eventually(() => expect(source.state().failure).toBeDefined(), within)
    expect(source.ports()).toHaveLength(3)
    await Promise.all(cluster.nodes.map((node) => node.restart()))

    await eventually(() => expect(source.state().failure).toBeUndefined(), within)
    expect(source.ports()).toHaveLength(3)
  }, 120_000)
})

describe('nodes that announce something else', () => {
  it('are reached where the map leads, and by their names where these are wanted', async () => {
    const announced = (port: number) => port - 9_000
    await using cluster = await startCluster({
      argsOf: (port) => ['--cluster-announce-port', `${announced(port)}`],
    })
    const ports = portsOf(...cluster.nodes)
    const map = ports.map((port) => `127.0.0.1:${announced(port)}=127.0.0.1:${port}`).join()
    using blind = discoverCluster(addressOf(nodeOf(cluster, 0)))
    using source = discoverCluster(addressOf(nodeOf(cluster, 0)), {
      args: [`--discover.map=${map}`],
    })

    await eventually(() => expect(source.ports()).toEqual(ports), within)
    await eventually(() => expect(blind.ports()).toEqual(ports.map(announced)), within)
  }, 120_000)

  it('are reached by their names where these are wanted', async () => {
    await using cluster = await startCluster({
      args: [
        '--cluster-announce-hostname',
        'localhost',
        '--cluster-preferred-endpoint-type',
        'hostname',
      ],
    })
    using byName = discoverCluster(addressOf(nodeOf(cluster, 0)), {
      args: ['--cluster-discover-hostnames'],
    })
    using byAddress = discoverCluster(addressOf(nodeOf(cluster, 0)))
    const names = portsOf(...cluster.nodes).map((port) => `redis://localhost:${port}`)

    await eventually(
      () =>
        expect(
          byName
            .wanted()
            .map(({ address }) => address)
            .sort(),
        ).toEqual(names.sort()),
      within,
    )
    await eventually(() => expect(byAddress.ports()).toEqual(portsOf(...cluster.nodes)), within)
    expect(
      byAddress
        .wanted()
        .map(({ address }) => address)
        .join(),
    ).not.toContain('localhost')
  }, 120_000)
})

it('a server that is no node of a cluster is watched alone, and it is told why', async () => {
  await using server = await startRedis()
  using source = discoverCluster(addressOf(server))

  await eventually(
    () =>
      expect(source.state().failure).toBe(
        'no node tells of its cluster (other: the server is no node of a cluster); nothing else is watched than what is configured',
      ),
    within,
  )
  expect(source.ports()).toEqual([server.port])
})
