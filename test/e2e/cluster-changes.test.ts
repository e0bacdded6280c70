import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type Exporter, startExporter } from '../support/exporter.ts'
import { newerServers } from '../support/newer-servers.ts'
import { type RedisCluster, startCluster } from '../support/redis-cluster.ts'
import type { RedisServer } from '../support/redis-server.ts'
import {
  importSlots,
  type MoveSlots,
  migrateSlots,
  moveSlotsByKeys,
  slotsOf,
} from '../support/slot-moves.ts'
import { timeTakeover } from '../support/takeover.ts'
import {
  byLabel,
  nameOf,
  namesOf,
  pagesThatName,
  rolesIn,
  sumOf,
  upIn,
  valueIn,
} from '../support/topology-readings.ts'

const within = { within: 120_000, every: 50 }
// Long enough for a change that is seen an interval late to be told from what a busy machine does.
const intervalSeconds = 10

type Server = readonly [kind: string, program: string | undefined, move: MoveSlots]

const servers: readonly Server[] = [
  ['Redis 7', undefined, moveSlotsByKeys],
  ['Redis 8', newerServers['redis-8'], importSlots],
  ['Valkey 9', newerServers['valkey-9'], migrateSlots],
]

// The clusters stand side by side; of each, one thing happens after the other.
describe.concurrent.each(servers)('an exporter of a cluster of %s', (kind, program, move) => {
  let cluster: RedisCluster
  let exporter: Exporter
  let written = 0

  /** Writes those of some keys that are the node's own. */
  async function fill(node: RedisServer): Promise<void> {
    const writes = node.client().pipeline()
    for (let key = 0; key < 300; key++) writes.set(`key:${key}`, 'x')
    for (const [error] of (await writes.exec()) ?? []) if (!error) written += 1
  }

  /** A node by its place: three masters, and behind them their replicas. */
  function nodeAt(index: number): RedisServer {
    const node = cluster.nodes[index]
    if (!node) throw new Error('the cluster lacks nodes')
    return node
  }

  beforeAll(async () => {
    cluster = await startCluster({ masters: 3, replicas: 3, program })
    for (const node of cluster.nodes.slice(0, 3)) await fill(node)
    exporter = await startExporter({
      args: [
        ...[`--redis.addr=redis://localhost:${nodeAt(0).port}`, '--is-cluster'],
        ...[`--poll.interval=${intervalSeconds}s`, '--count-keys=key:*', '--scan.interval=1s'],
      ],
    })
  }, 240_000)
  afterAll(async () => {
    await exporter?.[Symbol.asyncDispose]()
    await cluster?.[Symbol.asyncDispose]()
  })

  it.sequential('watches all nodes, each under its name, and none under that of the seed', async () => {
    await eventually(async () => {
      expect(upIn(await exporter.metrics())).toEqual(namesOf(cluster.nodes))
    }, within)
    expect((await exporter.get('/metrics')).body).not.toContain('target="redis://localhost')
    expect((await exporter.get('/ready')).status).toBe(200)
  })

  it.sequential('lists them for service discovery, as the Go exporter does and by itself', async () => {
    await eventually(async () => {
      const { body } = await exporter.get('/discover-cluster-nodes')
      const [group] = JSON.parse(body) as { targets: string[] }[]
      expect(group?.targets.sort()).toEqual(namesOf(cluster.nodes))
    }, within)
    const { body } = await exporter.get('/sd')
    const [own, ...groups] = JSON.parse(body) as { labels: Record<string, string> }[]

    expect(own?.labels.__param_only).toBe('exporter')
    expect(groups.map(({ labels }) => labels.__param_target)).toEqual(namesOf(cluster.nodes))
  })

  it.sequential('tells of the whole of it', async () => {
    await eventually(async () => {
      const families = await exporter.metrics()
      const masters = namesOf(cluster.nodes.slice(0, 3))
      expect(valueIn(families, 'redis_topology_slots_covered')).toBe(16_384)
      expect(valueIn(families, 'redis_topology_nodes')).toBe(6)
      expect(valueIn(families, 'redis_topology_masters_without_replica')).toBe(0)
      const keys = byLabel(families, 'redis_topology_shard_keys', 'master')
      expect(Object.keys(keys).sort()).toEqual(masters)
      expect(sumOf(keys)).toBe(written)
      const imbalance = valueIn(families, 'redis_topology_shard_keys_imbalance_ratio')
      expect(imbalance).toBeCloseTo((Math.max(...Object.values(keys)) * 3) / written, 6)
      expect(valueIn(families, 'redis_topology_shard_memory_imbalance_ratio')).toBeGreaterThan(0.9)
    }, within)
  })

  it.sequential('looks at the keys of masters only', async () => {
    await eventually(async () => {
      const counts = byLabel(await exporter.metrics(), 'redis_keys_count', 'target')
      expect(Object.keys(counts).sort()).toEqual(namesOf(cluster.nodes.slice(0, 3)))
      expect(sumOf(counts)).toBe(written)
    }, within)
  })

  it.sequential('follows a master that dies to the replica that takes over, within an interval, and walks that one', async () => {
    const [master, replica] = [nodeAt(0), nodeAt(3)]
    await eventually(async () => {
      expect(rolesIn(await exporter.metrics())[nameOf(replica)]).toBe('slave')
    }, within)
    const { saidAt, shownAt } = await timeTakeover({ exporter, master, replicas: [replica] })
    const ours = shownAt - saidAt
    console.log(
      `a master of a cluster of ${kind}, polled each ${intervalSeconds} s, dies: the new one says so after ${saidAt.toFixed(0)} ms, and we do ${ours.toFixed(0)} ms later`,
    )
    expect(ours).toBeLessThan(intervalSeconds * 1_000 + 10_000)

    await eventually(async () => {
      const families = await exporter.metrics()
      expect(rolesIn(families)[nameOf(replica)]).toBe('master')
      expect(byLabel(families, 'redis_up', 'target')[nameOf(master)]).toBe(0)
      expect(valueIn(families, 'redis_topology_slots_covered')).toBe(16_384)
      expect(valueIn(families, 'redis_topology_nodes_unreachable')).toBe(1)
      expect(byLabel(families, 'redis_topology_shard_keys', 'master')).toHaveProperty([
        nameOf(replica),
      ])
      const counts = byLabel(families, 'redis_keys_count', 'target')
      expect(counts).toHaveProperty([nameOf(replica)])
      expect(counts).not.toHaveProperty([nameOf(master)])
      expect(sumOf(counts)).toBe(written)
    }, within)
    await master.restart()
    await eventually(async () => {
      const families = await exporter.metrics()
      expect(rolesIn(families)[nameOf(master)]).toBe('slave')
      expect(byLabel(families, 'redis_keys_count', 'target')).not.toHaveProperty([nameOf(master)])
      expect(valueIn(families, 'redis_topology_masters_without_replica')).toBe(0)
    }, within)
  }, 240_000)

  it.sequential('follows all slots of a master to another one, with every key', async () => {
    const [from, to] = [nodeAt(1), nodeAt(2)]
    const before = byLabel(await exporter.metrics(), 'redis_topology_shard_keys', 'master')
    const { [nameOf(from)]: moved = NaN, [nameOf(to)]: own = NaN, ...others } = before
    await move(to, from, await slotsOf(from))

    await eventually(async () => {
      const families = await exporter.metrics()
      expect(valueIn(families, 'redis_topology_slots_covered')).toBe(16_384)
      expect(valueIn(families, 'redis_topology_slots_unowned')).toBe(0)
      expect(valueIn(families, 'redis_topology_slots_disputed')).toBe(0)
      expect(valueIn(families, 'redis_topology_shards')).toBe(2)
      const keys = byLabel(families, 'redis_topology_shard_keys', 'master')
      expect(keys).toEqual({ ...others, [nameOf(to)]: moved + own })
      expect(sumOf(keys)).toBe(written)
      const counts = byLabel(families, 'redis_keys_count', 'target')
      expect(counts[nameOf(to)]).toBe(moved + own)
      expect(sumOf(counts)).toBe(written)
      const roles = rolesIn(families)
      const inMasters = Object.entries(byLabel(families, 'redis_db_keys', 'target')).filter(
        ([target]) => roles[target] === 'master',
      )
      expect(sumOf(Object.fromEntries(inMasters))).toBe(written)
      expect(upIn(families)).toEqual(namesOf(cluster.nodes))
    }, within)
  }, 240_000)

  it.sequential('takes in a node that joins, and forgets one that leaves, everywhere', async () => {
    const pages = ['/', '/ready', '/metrics', '/targets', '/sd', '/discover-cluster-nodes']
    const node = await cluster.addReplica(nodeAt(2))
    await eventually(async () => {
      expect(upIn(await exporter.metrics())).toContain(nameOf(node))
    }, within)
    expect(await pagesThatName(exporter, `:${node.port}`, pages)).toEqual(pages)
    const id = String(await node.client().call('CLUSTER', 'MYID'))
    for (const other of cluster.nodes)
      if (other !== node) await other.client().call('CLUSTER', 'FORGET', id)
    await node.client().call('CLUSTER', 'RESET', 'HARD')

    await eventually(async () => {
      expect(await pagesThatName(exporter, `:${node.port}`, ['/metrics'])).toEqual([])
    }, within)
    // The page of all is made once a second.
    await eventually(
      async () => {
        expect(await pagesThatName(exporter, `:${node.port}`, pages)).toEqual([])
      },
      { within: 10_000 },
    )
    await eventually(async () => {
      expect(String(await node.client().call('CLIENT', 'LIST'))).not.toContain('redis_exporter')
    }, within)
    await node.stop()
  }, 240_000)
})
