import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type Exporter, runExporter, startExporter } from '../support/exporter.ts'
import type { Family } from '../support/exposition.ts'
import { type RedisCluster, startCluster } from '../support/redis-cluster.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { type SentinelDeployment, startSentinelDeployment } from '../support/sentinel-deployment.ts'

const within = { within: 60_000, every: 50 }

const nameOf = ({ port }: RedisServer) => `redis://127.0.0.1:${port}`

const namesOf = (servers: readonly RedisServer[]) => servers.map(nameOf).sort()

/** The exporters of one configuration that share its targets. */
async function startShards(total: number, args: readonly string[]): Promise<readonly Exporter[]> {
  return await Promise.all(
    Array.from({ length: total }, (_, index) =>
      startExporter({ args: [...args, `--shard.total=${total}`, `--shard.index=${index}`] }),
    ),
  )
}

/** The samples of a family, of all exporters. */
function samplesIn(all: readonly (readonly Family[])[], name: string) {
  return all.flatMap((families) => families.find((family) => family.name === name)?.samples ?? [])
}

async function metricsOf(exporters: readonly Exporter[]) {
  return await Promise.all(exporters.map((exporter) => exporter.metrics()))
}

/** The targets that are up, of all exporters: twice where two have one. */
async function upIn(exporters: readonly Exporter[]): Promise<readonly unknown[]> {
  return samplesIn(await metricsOf(exporters), 'redis_up')
    .filter(({ value }) => Number(value) === 1)
    .map(({ labels }) => labels.target)
    .sort()
}

function jsonOf<T>(exporters: readonly Exporter[], path: string): Promise<readonly T[]> {
  return Promise.all(
    exporters.map(async (exporter) => JSON.parse((await exporter.get(path)).body) as T),
  )
}

async function endAll(exporters: readonly Exporter[] = []): Promise<void> {
  await Promise.all(exporters.map((exporter) => exporter.stop()))
}

async function fill(server: RedisServer): Promise<void> {
  const writes = server.client().pipeline()
  for (let key = 0; key < 300; key++) writes.set(`key:${key}`, 'x')
  await writes.exec()
}

/** Those that are master now: under load one may have lost that to its replica. */
async function mastersOf({ nodes }: RedisCluster): Promise<readonly RedisServer[]> {
  const roles = await Promise.all(nodes.map(async (node) => (await node.info('replication')).role))
  return nodes.filter((_, index) => roles[index] === 'master')
}

async function firstMasterOf(cluster: RedisCluster): Promise<RedisServer> {
  const [first] = await mastersOf(cluster)
  if (!first) throw new Error('the cluster has no master')
  return first
}

describe('a cluster of six nodes', () => {
  let cluster: RedisCluster
  let args: readonly string[]

  beforeAll(async () => {
    cluster = await startCluster({ masters: 3, replicas: 3 })
    for (const node of await mastersOf(cluster)) await fill(node)
    const seed = await firstMasterOf(cluster)
    args = [
      ...[`--redis.addr=redis://localhost:${seed.port}`, '--discover=cluster'],
      ...['--poll.interval=1s', '--count-keys=key:*', '--scan.interval=1s'],
    ]
  }, 120_000)
  afterAll(async () => await cluster?.[Symbol.asyncDispose]())

  describe.each([2, 3])('%i exporters', (total) => {
    let exporters: readonly Exporter[]

    beforeAll(async () => {
      exporters = await startShards(total, args)
    })
    afterAll(async () => await endAll(exporters))

    it('watch each node once', async () => {
      await eventually(async () => {
        expect(await upIn(exporters)).toEqual(namesOf(cluster.nodes))
      }, within)
    })

    it('look at each key once', async () => {
      await eventually(async () => {
        const masters = await mastersOf(cluster)
        const sizes = await Promise.all(masters.map((node) => node.client().dbsize()))
        const counts = samplesIn(await metricsOf(exporters), 'redis_keys_count')
        expect(counts.map(({ labels }) => labels.target).sort()).toEqual(namesOf(masters))
        const counted = counts.reduce((sum, { value }) => sum + Number(value), 0)
        expect([counted, sizes.reduce((sum, one) => sum + one, 0)]).toEqual([300, 300])
      }, within)
    })

    it('tell of the whole once, and of each shard of the cluster', async () => {
      await eventually(async () => {
        const all = await metricsOf(exporters)
        const values = (name: string) => samplesIn(all, name).map(({ value }) => Number(value))
        expect(values('redis_topology_nodes')).toEqual([6])
        expect(values('redis_topology_slots_covered')).toEqual([16_384])
        const masters = namesOf(await mastersOf(cluster))
        const ofShards = samplesIn(all, 'redis_topology_shard_keys')
        expect(ofShards.map(({ labels }) => labels.master).sort()).toEqual(masters)
        expect(values('redis_topology_shard_keys').reduce((sum, one) => sum + one, 0)).toBe(300)
        expect(values('redis_topology_shard_keys_imbalance_ratio').length).toBeLessThan(2)
      }, within)
    })

    it('list each node once for service discovery, and as targets', async () => {
      type Groups = readonly { targets: string[]; labels: Record<string, string> }[]
      const sd = (await jsonOf<Groups>(exporters, '/sd')).flat()
      const nodes = (await jsonOf<Groups>(exporters, '/discover-cluster-nodes')).flat()
      const targets = (await jsonOf<readonly { name: string }[]>(exporters, '/targets')).flat()

      const scraped = sd.flatMap(({ labels }) => labels.__param_target ?? [])
      expect(scraped.sort()).toEqual(namesOf(cluster.nodes))
      const own = sd.filter(({ labels }) => labels.__param_only === 'exporter')
      expect(new Set(own.map(({ labels }) => labels.instance)).size).toBe(total)
      expect(nodes.flatMap((group) => group.targets).sort()).toEqual(namesOf(cluster.nodes))
      expect(targets.map(({ name }) => name).sort()).toEqual(namesOf(cluster.nodes))
    })

    it('serve a node in one place, and lead there from the others', async () => {
      const [node] = cluster.nodes
      if (!node) throw new Error('the cluster has no nodes')
      const asked = exporters.map((exporter) => exporter.get(`/scrape?target=${nameOf(node)}`))
      const answers = await Promise.all(asked)
      const owner = answers.findIndex(({ status }) => status === 200)

      for (const [index, { status, body }] of answers.entries())
        if (index !== owner)
          expect([status, body]).toEqual([
            404,
            `The target is watched by shard ${owner} of the ${total} from 0 on; this is shard ${index}.\n`,
          ])
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    })

    it('tell how many targets they have of how many', async () => {
      await eventually(async () => {
        const all = await metricsOf(exporters)
        const values = (name: string) => samplesIn(all, name).map(({ value }) => Number(value))
        const ours = values('redis_exporter_shard_targets')
        expect(ours.reduce((sum, one) => sum + one, 0)).toBe(6)
        expect(values('redis_exporter_shard_targets_wanted')).toEqual(Array(total).fill(6))
        expect(samplesIn(all, 'redis_exporter_shard_info').map(({ labels }) => labels)).toEqual(
          Array.from({ length: total }, (_, index) => ({ index: `${index}`, total: `${total}` })),
        )
      }, within)
    })

    it('are ready, also one that has no target', async () => {
      for (const exporter of exporters)
        await eventually(
          async () => expect((await exporter.get('/ready')).status).toBe(200),
          within,
        )
    })
  })

  it('has each key looked at once, at one replica of each master, where two exporters do that', async () => {
    // One of the masters has two.
    await cluster.addReplica(await firstMasterOf(cluster))
    const exporters = await startShards(2, [...args, '--scan.on=replica'])
    try {
      await eventually(async () => {
        expect(await upIn(exporters)).toEqual(namesOf(cluster.nodes))
        const counts = samplesIn(await metricsOf(exporters), 'redis_keys_count')
        const masters = new Set(namesOf(await mastersOf(cluster)))
        expect(counts).toHaveLength(3)
        expect(counts.filter(({ labels }) => masters.has(labels.target ?? ''))).toEqual([])
        expect(counts.reduce((sum, { value }) => sum + Number(value), 0)).toBe(300)
      }, within)
    } finally {
      await endAll(exporters)
    }
  }, 120_000)

  it('has the keys of a new master looked at once after a failover', async () => {
    const exporters = await startShards(3, args)
    const expectWalked = async () => {
      const counts = samplesIn(await metricsOf(exporters), 'redis_keys_count')
      expect(counts.reduce((sum, { value }) => sum + Number(value), 0)).toBe(300)
      const masters = await mastersOf(cluster)
      expect(counts.map(({ labels }) => labels.target).sort()).toEqual(namesOf(masters))
      return masters
    }
    try {
      await eventually(expectWalked, within)
      const before = await mastersOf(cluster)
      const replica = cluster.nodes.find((node) => !before.includes(node))
      if (!replica) throw new Error('the cluster has no replica')
      await replica.client().call('CLUSTER', 'FAILOVER')

      await eventually(async () => expect(await expectWalked()).toContain(replica), within)
    } finally {
      await endAll(exporters)
    }
  }, 150_000)
})

describe('two exporters of a Sentinel deployment', () => {
  let deployment: SentinelDeployment
  let exporters: readonly Exporter[]

  beforeAll(async () => {
    deployment = await startSentinelDeployment()
    const [sentinel] = deployment.sentinels
    if (!sentinel) throw new Error('there is no Sentinel')
    exporters = await startShards(2, [
      ...[`--redis.addr=redis://127.0.0.1:${sentinel.port}`, '--discover=sentinel'],
      '--poll.interval=1s',
    ])
  }, 180_000)
  afterAll(async () => {
    await endAll(exporters)
    await deployment?.[Symbol.asyncDispose]()
  })

  it('watch each server once, and tell who is master once', async () => {
    const servers = [...deployment.sentinels, ...deployment.data]
    await eventually(async () => {
      expect(await upIn(exporters)).toEqual(namesOf(servers))
      const all = await metricsOf(exporters)
      expect(samplesIn(all, 'redis_sentinel_master_address')).toHaveLength(1)
      expect(samplesIn(all, 'redis_sentinel_master_quorum_reached')).toHaveLength(1)
    }, within)
  })
})

describe('an exporter that shares one address', () => {
  let redis: RedisServer
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(async () => await redis?.stop())

  it('names it in its series, and the other one is ready without any', async () => {
    const exporters = await startShards(2, [`--redis.addr=${nameOf(redis)}`, '--poll.interval=1s'])
    try {
      await eventually(async () => expect(await upIn(exporters)).toEqual([nameOf(redis)]), within)
      for (const exporter of exporters)
        await eventually(
          async () => expect((await exporter.get('/ready')).status).toBe(200),
          within,
        )
      // Each tells of itself.
      const lists = await jsonOf<readonly unknown[]>(exporters, '/sd')
      expect(lists.map((list) => list.length).sort()).toEqual([1, 2])
    } finally {
      await endAll(exporters)
    }
  })

  it('alone is as if nobody shared it', async () => {
    const args = [`--redis.addr=${nameOf(redis)}`, '--shard.total=1', '--shard.index=0']
    await using exporter = await startExporter({ args })
    await eventually(async () => {
      expect((await exporter.get('/metrics')).body).toMatch(/^redis_up 1$/m)
    }, within)
  })
})

it('a shard that there is not ends the start with exit code 2', async () => {
  const program = runExporter({ args: ['--shard.total=2', '--shard.index=2'] })

  expect((await program.exited).code).toBe(2)
  expect(program.output()).toContain(
    '--shard.index (REDIS_EXPORTER_SHARD_INDEX): 2 is not one of 2 shards; give 0 to 1',
  )
})
