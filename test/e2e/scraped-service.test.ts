import { readFileSync } from 'node:fs'
import type { IServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { eventually } from '../support/eventually.ts'
import { type Exporter, startExporter } from '../support/exporter.ts'
import { sampleValue } from '../support/exposition.ts'
import { type Forwarder, startForwarder } from '../support/forwarder.ts'
import { httpRequest } from '../support/http-get.ts'
import { type Prometheus, startPrometheus } from '../support/prometheus.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'

const within = { within: 60_000, every: 100 }
const manifest = readFileSync('kubernetes/monitoring/service-monitor.yaml', 'utf8')
const monitor = parse(manifest) as IServiceMonitor

/** As Prometheus writes what the operator takes in its own way. */
const snakeCase = (name: string) =>
  name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

const ofMonitor = (monitor.spec?.endpoints[0]?.relabelings ?? []).map((rule) =>
  Object.fromEntries(Object.entries(rule).map(([name, value]) => [snakeCase(name), value])),
)

// What the operator writes before the rules of a ServiceMonitor.
const ofOperator = ['namespace', 'pod', 'service_name', 'container_name'].map((name) => ({
  source_labels: [`__meta_kubernetes_${name === 'container_name' ? 'pod_' : ''}${name}`],
  target_label: name.replace('_name', ''),
}))

/** A pod behind the Service, as Kubernetes tells Prometheus of it. */
const endpointOf = (pod: number) => ({
  targets: [`10.0.0.${pod}:9121`],
  labels: {
    __meta_kubernetes_namespace: 'shop',
    __meta_kubernetes_service_name: 'redis-exporter',
    __meta_kubernetes_pod: `redis-exporter-${pod}`,
    __meta_kubernetes_pod_container_name: 'redis-exporter',
  },
})

describe('three replicas behind a Service, scraped as the ServiceMonitor says', () => {
  let redis: RedisServer
  let exporters: readonly Exporter[] = []
  let service: Forwarder
  let prometheus: Prometheus

  beforeAll(async () => {
    redis = await startRedis()
    const env = { REDIS_URL: redis.url, POLL_INTERVAL: '1' }
    exporters = await Promise.all([1, 2, 3].map(async () => await startExporter({ env })))
    service = await startForwarder(exporters[0]?.port ?? 0)
    // The name is known in a cluster alone.
    const toService = {
      source_labels: ['__address__'],
      regex: 'redis-exporter\\.shop\\.svc:9121',
      target_label: '__address__',
      replacement: service.url.replace(/^\w+:\/\//, ''),
    }
    const job = {
      job_name: 'redis',
      scrape_interval: '2s',
      static_configs: [1, 2, 3].map(endpointOf),
      relabel_configs: [...ofOperator, ...ofMonitor, toService],
    }
    prometheus = await startPrometheus([], { scrapeConfigs: [job] })
  })
  afterAll(async () => {
    await prometheus?.[Symbol.asyncDispose]()
    await service?.[Symbol.asyncDispose]()
    await Promise.all([...exporters, redis].map((one) => one?.stop()))
  })

  const becomes = async (promql: string, value: number) =>
    await eventually(async () => {
      expect((await prometheus.query(promql)).map((one) => one.value)).toEqual([value])
    }, within)

  it('are one target, so a sum counts Redis once', async () => {
    await becomes('sum(redis_up)', 1)

    const { body } = await httpRequest(`${prometheus.url}/api/v1/targets?state=active`)
    const { activeTargets } = JSON.parse(body).data
    expect(activeTargets.map(({ labels }: { readonly labels: object }) => labels)).toEqual([
      {
        ...{ job: 'redis', namespace: 'shop', service: 'redis-exporter' },
        instance: service.url.replace(/^\w+:\/\//, ''),
      },
    ])
  })

  it('go on when the one that was asked is gone, and no counter goes back', async () => {
    const [first, second] = exporters
    const before = service.connections()
    await first?.stop()
    // Twice as many polls as scrapes would see to that; a busy machine may be late.
    const stopped = Date.now() / 1_000
    await eventually(async () => {
      const families = (await second?.metrics()) ?? []
      const polled = sampleValue(families, 'redis_exporter_snapshot_timestamp_seconds')
      expect(polled).toBeGreaterThan(stopped)
    }, within)
    service.leadTo(second?.port ?? 0)

    await eventually(() => expect(service.connections()).toBeGreaterThan(before), within)
    const [now] = await prometheus.query('time()')
    await becomes(`redis_up and timestamp(redis_up) > ${now?.value}`, 1)
    expect(await prometheus.query('resets(redis_commands_processed_total[5m])')).toMatchObject([
      { value: 0 },
    ])
  })
})
