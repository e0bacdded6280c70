import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  containerOf,
  environmentIn,
  expectFit,
  expectNoLeak,
  nameOf,
  namesOf,
  password,
  putInPlace,
  upIn,
  within,
} from '../support/deployed-exporter.ts'
import { eventually } from '../support/eventually.ts'
import { type Exporter, startExporter } from '../support/exporter.ts'
import { kubernetesVolume } from '../support/kubernetes-volume.ts'
import { kustomized } from '../support/kustomized.ts'
import { type RedisCluster, startCluster } from '../support/redis-cluster.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { type SentinelDeployment, startSentinelDeployment } from '../support/sentinel-deployment.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'

describe('the exporter in the environment of the variant for a Cluster', () => {
  const container = containerOf('redis-exporter-cluster', 'Deployment')
  let cluster: RedisCluster
  let exporter: Exporter

  beforeAll(async () => {
    cluster = await startCluster({
      ...{ masters: 3, replicas: 1, password },
      args: ['--masterauth', password],
    })
    const [seed] = cluster.nodes
    const pod = { secrets: { 'redis-cluster': { 'redis-password': password } } }
    const places = { 'redis-cluster:6379': `127.0.0.1:${seed?.port}` }
    exporter = await startExporter({ env: environmentIn(container, pod, places) })
  }, 120_000)
  afterAll(async () => {
    await exporter?.stop()
    await cluster?.[Symbol.asyncDispose]()
  })

  it('watches all nodes, keeps within its memory and tells the password nowhere', async () => {
    await eventually(async () => {
      expect(await upIn([exporter])).toEqual(namesOf(cluster.nodes))
    }, within)
    await expectFit(exporter, container)
    await expectNoLeak(exporter)
  })
})

describe('the exporter in the environment of the variant for Sentinel', () => {
  const container = containerOf('redis-exporter-sentinel', 'Deployment')
  let deployment: SentinelDeployment
  let exporter: Exporter

  beforeAll(async () => {
    deployment = await startSentinelDeployment({ password, sentinelPassword: password })
    const [sentinel] = deployment.sentinels
    const pod = { secrets: { redis: { 'redis-password': password } } }
    const places = { 'redis:26379': `127.0.0.1:${sentinel.port}` }
    exporter = await startExporter({ env: environmentIn(container, pod, places) })
  }, 120_000)
  afterAll(async () => {
    await exporter?.stop()
    await deployment?.[Symbol.asyncDispose]()
  })

  it('watches all servers, keeps within its memory and tells the password nowhere', async () => {
    const servers = [...deployment.sentinels, ...deployment.data]
    await eventually(async () => expect(await upIn([exporter])).toEqual(namesOf(servers)), within)
    await expectFit(exporter, container)
    await expectNoLeak(exporter)
  })
})

describe('the exporters in the environment of the fleet', () => {
  const container = containerOf('redis-exporter-fleet', 'StatefulSet')
  const made = kustomized('redis-exporter-fleet')
  const { replicas = 0 } = made.one('StatefulSet').spec ?? {}
  const podNames = Array.from({ length: replicas }, (_, index) => `redis-exporter-fleet-${index}`)
  const passwords = { sessions: password, orders: `${password}2` }
  let directory: TemporaryDirectory
  let sessions: RedisServer
  let orders: RedisServer
  let cache: RedisServer
  let exporters: readonly Exporter[] = []
  let publishTargets: (text: string) => Promise<void>

  beforeAll(async () => {
    directory = await temporaryDirectory()
    sessions = await startRedis({ password: passwords.sessions })
    orders = await startRedis({ password: passwords.orders })
    cache = await startRedis()
    const places = {
      ...{ 'redis://sessions:6379': nameOf(sessions), 'redis://orders:6379': nameOf(orders) },
      'redis://cache:6379': nameOf(cache),
      ...Object.fromEntries(
        (container.volumeMounts ?? []).map(({ name, mountPath }) => [
          mountPath,
          join(directory.path, name),
        ]),
      ),
    }
    const targets = kubernetesVolume(join(directory.path, 'targets'))
    publishTargets = async (text) =>
      await targets.publish({ 'targets.yaml': putInPlace(text, places) })
    await publishTargets(made.one('ConfigMap').data?.['targets.yaml'] ?? '')
    await kubernetesVolume(join(directory.path, 'passwords')).publish(passwords)
    exporters = await Promise.all(
      podNames.map((podName) =>
        startExporter({ env: environmentIn(container, { podName }, places) }),
      ),
    )
  }, 120_000)
  afterAll(async () => {
    await Promise.all([...exporters, sessions, orders, cache].map((one) => one?.stop()))
    await directory?.[Symbol.asyncDispose]()
  })

  it('watch each server once, as the file says', async () => {
    await eventually(async () => {
      expect(await upIn(exporters)).toEqual(['cache', 'orders', 'sessions'])
    }, within)
    const all = (await Promise.all(exporters.map(async (one) => (await one.get('/metrics')).body)))
      .join('\n')
      .split('\n')
    expect(all).toContain('redis_up{target="orders",team="shop"} 1')
    expect(all.filter((line) => line.startsWith('redis_exporter_shard_info'))).toEqual(
      podNames.map((_, index) => `redis_exporter_shard_info{index="${index}",total="3"} 1`),
    )
  })

  it('keep within their memory, and tell the passwords nowhere', async () => {
    for (const exporter of exporters) {
      await expectFit(exporter, container)
      await expectNoLeak(exporter)
    }
  })

  it('follow the ConfigMap', async () => {
    await publishTargets('targets: [{address: "redis://cache:6379", alias: renamed}]')

    await eventually(async () => expect(await upIn(exporters)).toEqual(['renamed']), within)
  })
})
