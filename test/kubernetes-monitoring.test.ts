import { readdirSync, readFileSync } from 'node:fs'
import type { PodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor'
import type { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor'
import type { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy'
import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap'
import { describe, expect, it, test } from 'vitest'
import { parse } from 'yaml'
import { dashboardConfigMaps } from '../src/build/monitoring/dashboard-config-maps.ts'
import { prometheusRule } from '../src/build/monitoring/prometheus-rule.ts'
import { kustomized } from './support/kustomized.ts'
import { faultsOf } from './support/manifest-faults.ts'

const monitored = kustomized('redis-exporter-monitored')
const fleet = kustomized('redis-exporter-fleet')

/** The only manifest of a kind that is not of Kubernetes itself. */
function made<T>(kind: string): T {
  const [only, ...others] = monitored.all.filter((one) => one.kind === kind)
  if (!only || others.length > 0) throw new Error(`there is not one ${kind}`)
  return only as T
}

describe('redis-exporter-monitored', () => {
  it.each(monitored.all.map((manifest) => [manifest.kind, manifest] as const))(
    'has a %s that fits the schema of its kind',
    (_kind, manifest) => {
      expect(faultsOf(manifest)).toEqual([])
    },
  )

  it('has the exporter as it is without it', () => {
    expect(monitored.all).toEqual(expect.arrayContaining([...kustomized('redis-exporter').all]))
  })
})

describe('the ServiceMonitor', () => {
  const { spec } = made<ServiceMonitor>('ServiceMonitor')

  /** Whether it takes a Service with these labels. */
  function takes(labels: Readonly<Record<string, unknown>>): boolean {
    const { matchLabels = {}, matchExpressions = [] } = spec?.selector ?? {}
    expect(matchExpressions.map(({ operator }) => operator)).toEqual(['NotIn'])
    return (
      Object.entries(matchLabels).every(([name, value]) => labels[name] === value) &&
      matchExpressions.every(({ key, values = [] }) => !values.includes(`${labels[key]}`))
    )
  }

  it('takes the Service of the replicas, by its port', () => {
    const { metadata, spec: service } = monitored.one('Service')
    expect(takes({ ...metadata?.labels })).toBe(true)
    expect(service?.ports?.map(({ name }) => name)).toContain(spec?.endpoints[0]?.port)
  })

  it('leaves out the Service of the fleet, whose pods have different servers', () => {
    expect(takes({ ...fleet.one('Service').metadata?.labels })).toBe(false)
  })
})

describe('the PodMonitor', () => {
  const { spec } = made<PodMonitor>('PodMonitor')
  const sidecar = parse(readFileSync('kubernetes/redis-exporter-sidecar/patch.yaml', 'utf8'))

  it.each([
    ['fleet', fleet.one('StatefulSet').spec?.template],
    ['sidecar', sidecar.spec.template],
  ])('takes the pods of the %s, by a port that they have', (_name, template) => {
    expect(template?.metadata?.labels).toMatchObject({ ...spec?.selector?.matchLabels })
    const ports = spec?.podMetricsEndpoints?.map(({ port }) => port)
    expect(ports).toContain(template?.spec?.containers?.[0]?.ports?.[0]?.name)
  })

  it('leaves out replicas', () => {
    const { labels } = monitored.one('Deployment').spec?.template.metadata ?? {}
    expect(labels).not.toMatchObject({ ...spec?.selector?.matchLabels })
  })
})

test('the PrometheusRule has the rules as they stand in their file, as make docs would write it', () => {
  const { spec } = made<{ spec: unknown }>('PrometheusRule')
  const rules = readFileSync('kubernetes/monitoring/rules/redis-exporter.yaml', 'utf8')
  expect(spec).toEqual(parse(rules))
  expect(parse(rules).groups.length).toBeGreaterThan(3)
  expect(readFileSync('kubernetes/monitoring/prometheus-rule.yaml', 'utf8')).toBe(
    prometheusRule(rules),
  )
})

describe('the dashboards', () => {
  const files = readdirSync('kubernetes/monitoring/dashboards').filter((name) =>
    name.endsWith('.json'),
  )
  const maps = monitored.all.filter((one): one is IConfigMap => one.kind === 'ConfigMap')

  it('are a ConfigMap each, which Grafana finds by its label', () => {
    const names = maps.flatMap(({ data }) => Object.keys(data ?? {}))
    expect(names.toSorted()).toEqual(files.toSorted())
    expect(maps.map(({ metadata }) => metadata?.labels)).toEqual(
      files.map(() => expect.objectContaining({ grafana_dashboard: '1' })),
    )
  })

  it('are small enough for kubectl apply, which keeps each whole in an annotation', () => {
    const tooLarge = maps.filter((map) => JSON.stringify(map).length > 256 * 1024)
    expect(tooLarge.map(({ metadata }) => metadata?.name)).toEqual([])
  })

  it('are listed as make docs would list them', () => {
    const listed = readFileSync('kubernetes/monitoring/dashboards/kustomization.yaml', 'utf8')
    expect(listed).toBe(dashboardConfigMaps(files))
  })
})

test('the NetworkPolicy lets Prometheus in to the port of the pods, and nobody else', () => {
  const { spec } = made<NetworkPolicy>('NetworkPolicy')
  const { template } = monitored.one('Deployment').spec ?? {}
  expect(template?.metadata?.labels).toMatchObject({ ...spec?.podSelector?.matchLabels })
  expect(spec?.policyTypes).toEqual(['Ingress'])
  const [rule, ...others] = spec?.ingress ?? []
  expect(others).toEqual([])
  expect(rule?.from).toHaveLength(1)
  expect(rule?.ports?.map(({ port }) => port)).toEqual(
    template?.spec?.containers[0]?.ports?.map(({ name }) => name),
  )
})
