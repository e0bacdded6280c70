import { readdirSync, readFileSync } from 'node:fs'
import type { Deployment } from 'kubernetes-models/apps/v1/Deployment'
import type { StatefulSet } from 'kubernetes-models/apps/v1/StatefulSet'
import type { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget'
import type { Service } from 'kubernetes-models/v1/Service'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { faultsOf } from './support/manifest-faults.ts'

const folder = new URL('../kubernetes/redis-exporter/', import.meta.url)
const sidecarPatch = new URL('../kubernetes/redis-exporter-sidecar/patch.yaml', import.meta.url)
const packageFile = new URL('../package.json', import.meta.url)

const manifestFiles = readdirSync(folder).filter((file) => /\.(ya?ml|json)$/.test(file))
const deployment = read<Deployment>('deployment.yaml')
const pod = deployment.spec?.template
const exporter = pod?.spec?.containers[0]
const sidecar = readFrom<Pick<StatefulSet, 'spec'>>(sidecarPatch)
const sidecarContainer = sidecar.spec?.template.spec?.containers[0]

describe('every manifest', () => {
  it.each(manifestFiles)('%s fits the Kubernetes schemas', (file) => {
    expect(faultsOf(read(file))).toEqual([])
  })

  it('is listed in Kustomization, and nothing else is', () => {
    const { resources } = read<{ resources: readonly string[] }>('Kustomization')
    expect(resources.toSorted()).toEqual(manifestFiles.toSorted())
  })

  it('is all that `kubectl apply -f` finds: it would take kustomization.yaml for one', () => {
    expect(readdirSync(folder).toSorted()).toEqual(['Kustomization', ...manifestFiles].toSorted())
  })

  it.each([
    [
      'a value of the wrong type',
      'replicas: 3',
      'replicas: three',
      '/spec/replicas must be integer',
    ],
    [
      'a value out of its choices',
      'IfNotPresent',
      'Sometimes',
      '/imagePullPolicy must be equal to',
    ],
    [
      'a required field left out',
      '- name: redis-exporter',
      '- tty: true',
      'required property name',
    ],
    ['a misspelled field', 'livenessProbe:', 'livenesProbe:', '/containers/0/livenesProbe'],
    ['an unknown kind', 'kind: Deployment', 'kind: Deploiment', 'unknown kind apps/v1 Deploiment'],
  ])('would be rejected for %s', (_, right, wrong, fault) => {
    const text = readFileSync(new URL('deployment.yaml', folder), 'utf8')
    expect(faultsOf(parse(text.replace(right, wrong))).join()).toContain(fault)
  })
})

describe('the Deployment', () => {
  it('runs three replicas, on nodes of their own where there are enough', () => {
    expect(deployment.spec?.replicas).toBe(3)
    expect(pod?.spec?.topologySpreadConstraints).toMatchObject([
      { topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway' },
    ])
  })

  it('takes the password from the Secret of the bitnami/redis chart, before the address needs it', () => {
    expect(exporter?.env?.slice(0, 2)).toEqual([
      {
        name: 'REDIS_PASSWORD',
        valueFrom: { secretKeyRef: { name: 'redis', key: 'redis-password' } },
      },
      { name: 'REDIS_URL', value: 'redis://:$(REDIS_PASSWORD)@redis-master:6379' },
    ])
  })

  it('shows the poll interval, to be tuned', () => {
    expect(exporter?.env).toContainEqual({ name: 'POLL_INTERVAL', value: '15s' })
  })

  it('asks /healthz whether the exporter lives, and /ready whether it has a result', () => {
    const probe = (path: string) => ({ httpGet: { path, port: 'http' } })
    expect(exporter).toMatchObject({
      startupProbe: probe('/healthz'),
      livenessProbe: probe('/healthz'),
      readinessProbe: probe('/ready'),
    })
    expect(exporter?.ports).toEqual([{ name: 'http', containerPort: 9121 }])
  })

  it('has no pod scraped by itself: all would tell of one Redis', () => {
    expect(pod?.metadata?.annotations).toBeUndefined()
  })

  it('sets requests and limits for processor and memory', () => {
    const amounts = { cpu: expect.any(String), memory: expect.any(String) }
    expect(exporter?.resources).toEqual({ requests: amounts, limits: amounts })
  })

  it('keeps to the restricted pod security standard, and the root read-only', () => {
    const { runAsNonRoot, runAsUser, seccompProfile } = pod?.spec?.securityContext ?? {}
    expect({ runAsNonRoot, runAsUser, seccompProfile }).toEqual({
      runAsNonRoot: true,
      runAsUser: 65532,
      seccompProfile: { type: 'RuntimeDefault' },
    })
    expect(exporter?.securityContext).toEqual(withoutRights)
  })

  it('gets neither a token for Kubernetes nor variables named after Services', () => {
    expect(pod?.spec?.automountServiceAccountToken).toBe(false)
    expect(pod?.spec?.enableServiceLinks).toBe(false)
  })

  it('leaves the exporter more than the 5 s in which it stops', () => {
    expect(pod?.spec?.terminationGracePeriodSeconds).toBeGreaterThan(5)
  })
})

describe('the Service and the PodDisruptionBudget', () => {
  const service = read<Service>('service.yaml')
  const budget = read<PodDisruptionBudget>('poddisruptionbudget.yaml')

  it('select the pods of the Deployment', () => {
    const selected = deployment.spec?.selector.matchLabels
    expect(service.spec?.selector).toEqual(selected)
    expect(budget.spec?.selector?.matchLabels).toEqual(selected)
    expect(pod?.metadata?.labels).toMatchObject({ ...selected })
  })

  it('lead to the port of the exporter, whoever asks to the same pod', () => {
    expect(service.spec?.ports).toEqual([{ name: 'http', port: 9121, targetPort: 'http' }])
    expect(service.spec?.sessionAffinity).toBe('ClientIP')
    expect(service.metadata?.annotations).toBeUndefined()
  })

  it('let nodes be drained one exporter at a time', () => {
    expect(budget.spec).toMatchObject({
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    })
  })
})

describe('the sidecar variant', () => {
  it('fits the Kubernetes schemas when it is merged into a StatefulSet', () => {
    const { template } = sidecar.spec ?? {}
    const selector = { matchLabels: { app: 'redis' } }
    const statefulSet = { apiVersion: 'apps/v1', kind: 'StatefulSet', spec: { selector, template } }
    expect(faultsOf(statefulSet)).toEqual([])
  })

  it('is the container of the Deployment, but watches the Redis of its own pod', () => {
    const { name, image, resources, livenessProbe, startupProbe } = exporter ?? {}
    const port = 'exporter'
    expect(sidecarContainer).toMatchObject({
      ...{ name, image, resources },
      livenessProbe: { ...livenessProbe, httpGet: { path: '/healthz', port } },
      startupProbe: { ...startupProbe, httpGet: { path: '/healthz', port } },
      ports: [{ name: port, containerPort: 9121 }],
      env: exporter?.env?.map(({ value, ...rest }) => ({
        ...rest,
        ...(value && { value: value.replace('redis-master', '127.0.0.1') }),
      })),
    })
  })

  it('has no readiness probe, which would take Redis out of its Service', () => {
    expect(sidecarContainer).not.toHaveProperty('readinessProbe')
  })

  it('keeps to the restricted pod security standard by itself', () => {
    expect(sidecarContainer?.securityContext).toEqual({
      ...withoutRights,
      ...pod?.spec?.securityContext,
    })
  })

  it('tells Prometheus where to scrape the pod', () => {
    expect(sidecar.spec?.template.metadata?.annotations).toMatchObject(scrapeAnnotations)
  })
})

it('the values for the community chart are what the Deployment has', () => {
  const values = readFrom<Record<string, unknown> & { env: unknown; image: { tag: string } }>(
    new URL('../kubernetes/chart-values.yaml', import.meta.url),
  )
  expect(exporter?.image).toBe(`redis-exporter:${values.image.tag}`)
  expect(values).toMatchObject({
    resources: exporter?.resources,
    securityContext: exporter?.securityContext,
    podSecurityContext: pod?.spec?.securityContext,
    env: exporter?.env?.filter(({ name }) => !/^REDIS_/.test(name)),
    auth: { secret: exporter?.env?.[0]?.valueFrom?.secretKeyRef },
  })
})

it('the image that is deployed has the version of the package', () => {
  const { version } = readFrom<{ version: string }>(packageFile)
  expect(exporter?.image).toBe(`redis-exporter:${version}`)
})

const scrapeAnnotations = {
  'prometheus.io/scrape': 'true',
  'prometheus.io/port': '9121',
  'prometheus.io/path': '/metrics',
}

const withoutRights = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
}

function read<T = unknown>(file: string): T {
  return readFrom(new URL(file, folder))
}

function readFrom<T>(file: URL): T {
  return parse(readFileSync(file, 'utf8')) as T
}
