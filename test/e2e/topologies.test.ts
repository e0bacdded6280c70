import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type Exporter, startExporter } from '../support/exporter.ts'
import type { Family } from '../support/exposition.ts'
import { type RedisCluster, startCluster } from '../support/redis-cluster.ts'
import type { RedisServer } from '../support/redis-server.ts'
import { type SentinelDeployment, startSentinelDeployment } from '../support/sentinel-deployment.ts'

const within = { within: 120_000, every: 50 }

const nameOf = ({ port }: RedisServer) => `redis://127.0.0.1:${port}`

const namesOf = (servers: readonly RedisServer[]) => servers.map(nameOf).sort()

/** Values of a family by the values of one of its labels. */
function byLabel(families: readonly Family[], name: string, label: string) {
  const samples = families.find((family) => family.name === name)?.samples ?? []
  return Object.fromEntries(
    samples.map(({ labels, value }) => [labels[label] ?? '', Number(value)]),
  )
}

/** The names of the targets that are up. */
function upIn(families: readonly Family[]): readonly string[] {
  return Object.entries(byLabel(families, 'redis_up', 'target'))
    .filter(([, value]) => value === 1)
    .map(([name]) => name)
    .sort()
}

/** The role of each target, as it tells itself. */
function rolesIn(families: readonly Family[]): Readonly<Record<string, string>> {
  const samples = families.find(({ name }) => name === 'redis_instance_info')?.samples ?? []
  return Object.fromEntries(samples.map(({ labels }) => [labels.target ?? '', labels.role ?? '']))
}

function valueIn(families: readonly Family[], name: string): number | undefined {
  const [sample] = families.find((family) => family.name === name)?.samples ?? []
  return sample && Number(sample.value)
}

describe('an exporter of a cluster', () => {
  let cluster: RedisCluster
  let exporter: Exporter
  let written = 0

  /** Writes those of some keys that are the node's own. */
  async function fill(node: RedisServer): Promise<void> {
    const writes = node.client().pipeline()
    for (let key = 0; key < 300; key++) writes.set(`key:${key}`, 'x')
    for (const [error] of (await writes.exec()) ?? []) if (!error) written += 1
  }

  beforeAll(async () => {
    cluster = await startCluster({ masters: 3, replicas: 3 })
    for (const node of cluster.nodes.slice(0, 3)) await fill(node)
    const [seed] = cluster.nodes
    if (!seed) throw new Error('the cluster has no nodes')
    exporter = await startExporter({
      args: [
        ...[`--redis.addr=redis://localhost:${seed.port}`, '--is-cluster', '--poll.interval=1s'],
        ...['--count-keys=key:*', '--scan.interval=1s'],
      ],
    })
  }, 240_000)
  afterAll(async () => {
    await exporter?.[Symbol.asyncDispose]()
    await cluster?.[Symbol.asyncDispose]()
  })

  it('watches all nodes, each under its name, and none under that of the seed', async () => {
    await eventually(async () => {
      expect(upIn(await exporter.metrics())).toEqual(namesOf(cluster.nodes))
    }, within)
    expect((await exporter.get('/metrics')).body).not.toContain('target="redis://localhost')
    expect((await exporter.get('/ready')).status).toBe(200)
  })

  it('lists them for service discovery, as the Go exporter does and by itself', async () => {
    await eventually(async () => {
      const { body } = await exporter.get('/discover-cluster-nodes')
      const [group] = JSON.parse(body) as { targets: string[] }[]
      expect(group?.targets.sort()).toEqual(namesOf(cluster.nodes))
    }, within)
    const { body } = await exporter.get('/sd')
    const groups = JSON.parse(body) as { labels: Record<string, string> }[]

    expect(groups.map(({ labels }) => labels.__param_target)).toEqual(namesOf(cluster.nodes))
  })

  it('tells of the whole of it', async () => {
    await eventually(async () => {
      const families = await exporter.metrics()
      const masters = namesOf(cluster.nodes.slice(0, 3))
      expect(valueIn(families, 'redis_topology_slots_covered')).toBe(16_384)
      expect(valueIn(families, 'redis_topology_nodes')).toBe(6)
      expect(valueIn(families, 'redis_topology_masters_without_replica')).toBe(0)
      const keys = byLabel(families, 'redis_topology_shard_keys', 'master')
      expect(Object.keys(keys).sort()).toEqual(masters)
      const sum = Object.values(keys).reduce((total, one) => total + one, 0)
      expect(sum).toBe(written)
      const imbalance = valueIn(families, 'redis_topology_shard_keys_imbalance_ratio')
      expect(imbalance).toBeCloseTo((Math.max(...Object.values(keys)) * 3) / sum, 6)
      expect(valueIn(families, 'redis_topology_shard_memory_imbalance_ratio')).toBeGreaterThan(0.9)
    }, within)
  })

  it('looks at the keys of masters only', async () => {
    await eventually(async () => {
      const counts = byLabel(await exporter.metrics(), 'redis_keys_count', 'target')
      expect(Object.keys(counts).sort()).toEqual(namesOf(cluster.nodes.slice(0, 3)))
      expect(Object.values(counts).reduce((sum, one) => sum + one, 0)).toBe(written)
    }, within)
  })

  it('follows a master that dies to the replica that takes over, and walks that one', async () => {
    const [master, , , replica] = cluster.nodes
    if (!master || !replica) throw new Error('the cluster lacks nodes')
    await eventually(async () => {
      expect(rolesIn(await exporter.metrics())[nameOf(replica)]).toBe('slave')
    }, within)
    await master.kill()

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
    }, within)
    await master.restart()
    await eventually(async () => {
      const families = await exporter.metrics()
      expect(rolesIn(families)[nameOf(master)]).toBe('slave')
      expect(byLabel(families, 'redis_keys_count', 'target')).not.toHaveProperty([nameOf(master)])
      expect(valueIn(families, 'redis_topology_masters_without_replica')).toBe(0)
    }, within)
  }, 240_000)

  it('takes in a node that joins, and forgets one that leaves, everywhere', async () => {
    const [, , third] = cluster.nodes
    if (!third) throw new Error('the cluster lacks nodes')
    const node = await cluster.addReplica(third)
    await eventually(async () => {
      expect(upIn(await exporter.metrics())).toContain(nameOf(node))
    }, within)
    const id = String(await node.client().call('CLUSTER', 'MYID'))
    for (const other of cluster.nodes)
      if (other !== node) await other.client().call('CLUSTER', 'FORGET', id)
    await node.client().call('CLUSTER', 'RESET', 'HARD')

    await eventually(async () => {
      const { body } = await exporter.get('/metrics')
      expect(body).not.toContain(`:${node.port}`)
    }, within)
    for (const path of ['/', '/ready'])
      expect((await exporter.get(path)).body).not.toContain(`:${node.port}`)
    await eventually(async () => {
      expect(String(await node.client().call('CLIENT', 'LIST'))).not.toContain('redis_exporter')
    }, within)
    await node.stop()
  }, 240_000)
})

describe('an exporter of a Sentinel deployment', () => {
  let deployment: SentinelDeployment
  let exporter: Exporter
  const [dataSecret, sentinelSecret] = ['data-hunter2', 'sentinel-hunter2']

  beforeAll(async () => {
    deployment = await startSentinelDeployment({
      password: dataSecret,
      sentinelPassword: sentinelSecret,
      configuration: [`sentinel sentinel-pass ${sentinelSecret}`],
    })
    const [first] = deployment.sentinels
    const file = join(first.directory, 'data-password')
    await writeFile(file, `${dataSecret}\n`)
    // Whatever is seen of a failover is seen by events.
    exporter = await startExporter({
      args: [
        `--redis.addr=redis://:${sentinelSecret}@127.0.0.1:${first.port}`,
        ...['--discover=sentinel', `--discover.passwords-file=${file}`, '--poll.interval=1h'],
        // A first poll that a busy machine cannot end in time is not tried again for an hour.
        '--poll.timeout=15s',
      ],
    })
  }, 240_000)
  afterAll(async () => {
    await exporter?.[Symbol.asyncDispose]()
    await deployment?.[Symbol.asyncDispose]()
  })

  it('watches Sentinels, master and replicas, each with the password of its kind', async () => {
    const { sentinels, data, master } = deployment
    await eventually(async () => {
      const families = await exporter.metrics()
      expect(upIn(families)).toEqual(namesOf([...sentinels, ...data]))
      expect(byLabel(families, 'redis_sentinel_master_address', 'master_address')).toEqual({
        [nameOf(master)]: 1,
      })
      expect(valueIn(families, 'redis_sentinel_master_quorum_reached')).toBe(1)
    }, within)
    expect(exporter.logs()).not.toContain('hunter2')
    expect((await exporter.get('/metrics')).body).not.toContain('hunter2')
  })

  it('follows a failover by the events of the Sentinels, to the metrics of the new master', async () => {
    const { master, replicas, sentinels } = deployment
    // That by which all were found.
    const lost = sentinels[0]
    await lost.pause()
    try {
      await master.kill()
      await eventually(async () => {
        const families = await exporter.metrics()
        const [address = ''] = Object.keys(
          byLabel(families, 'redis_sentinel_master_address', 'master_address'),
        )
        expect(namesOf(replicas)).toContain(address)
        expect(rolesIn(families)[address]).toBe('master')
        expect(byLabel(families, 'redis_up', 'target')[nameOf(master)]).toBe(0)
        // One of the Sentinels is silent.
        const agreement = byLabel(families, 'redis_sentinel_master_agreement', 'sentinel')
        expect(Object.keys(agreement).sort()).toEqual(namesOf(sentinels.slice(1)))
      }, within)
    } finally {
      lost.resume()
    }
  }, 240_000)
})
