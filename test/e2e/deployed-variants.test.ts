import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { environmentOf, type PodSurroundings } from '../support/container-environment.ts'
import { eventually } from '../support/eventually.ts'
import { type Exporter, startExporter } from '../support/exporter.ts'
import { kubernetesVolume } from '../support/kubernetes-volume.ts'
import { kustomized } from '../support/kustomized.ts'
import { type RedisCluster, startCluster } from '../support/redis-cluster.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { type SentinelDeployment, startSentinelDeployment } from '../support/sentinel-deployment.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'

const within = { within: 60_000, every: 50 }

// What an address, a shell or Kubernetes itself could take for its own, but for blanks and quotes,
// which the configuration file of a Sentinel does not take; the words at its ends betray a leak.
const password = 'hunter2@/#?%41:$(POLL_INTERVAL)$$tr0ub4dor'
const betrayal = /hunter2|tr0ub4dor/

const nameOf = ({ port }: RedisServer) => `redis://127.0.0.1:${port}`

const namesOf = (servers: readonly RedisServer[]) => servers.map(nameOf).sort()

type Environment = Readonly<Record<string, string>>

function containerOf(folder: string, kind: 'Deployment' | 'StatefulSet') {
  const [container] = kustomized(folder).one(kind).spec?.template.spec?.containers ?? []
  if (!container) throw new Error(`${folder} has no container`)
  return container
}

/**
 * The environment of a variant as Kubernetes makes it. Names that a cluster alone knows give way to
 * what stands for them here.
 */
function environmentIn(
  container: ReturnType<typeof containerOf>,
  pod: PodSurroundings,
  places: Readonly<Record<string, string>>,
): Environment {
  const given = environmentOf(container.env ?? [], pod)
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, putInPlace(value, places)]),
  )
}

function putInPlace(text: string, places: Readonly<Record<string, string>>): string {
  return Object.entries(places).reduce((now, [from, to]) => now.replaceAll(from, () => to), text)
}

/** The targets that are up, of all exporters. */
async function upIn(exporters: readonly Exporter[]): Promise<readonly unknown[]> {
  const all = await Promise.all(exporters.map((exporter) => exporter.metrics()))
  return all
    .flatMap((families) => families.find(({ name }) => name === 'redis_up')?.samples ?? [])
    .filter(({ value }) => Number(value) === 1)
    .map(({ labels }) => labels.target)
    .sort()
}

async function expectFit(exporter: Exporter, container: ReturnType<typeof containerOf>) {
  for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe'] as const) {
    const { path = 'no path' } = container[probe]?.httpGet ?? {}
    await eventually(async () => expect((await exporter.get(path)).status).toBe(200), within)
  }
  const status = readFileSync(`/proc/${exporter.pid}/status`, 'utf8')
  const used = (row: string) => Number(new RegExp(`^${row}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1])
  const kilobytes = (quantity: unknown) => Number(/^(\d+)Mi$/.exec(`${quantity}`)?.[1]) * 1024
  const { requests, limits } = container.resources ?? {}
  expect(used('RssAnon')).toBeLessThan(kilobytes(requests?.memory))
  expect(used('VmHWM')).toBeLessThan(kilobytes(limits?.memory))
}

async function expectNoLeak(exporter: Exporter) {
  for (const path of ['/metrics', '/ready', '/targets', '/sd', '/', '/none'])
    expect((await exporter.get(path)).body).not.toMatch(betrayal)
  expect(exporter.logs()).not.toMatch(betrayal)
}

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
