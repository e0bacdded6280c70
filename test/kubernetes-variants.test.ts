import { readdirSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { kustomized } from './support/kustomized.ts'
import { faultsOf } from './support/manifest-faults.ts'

const single = kustomized('redis-exporter')

const deployments = ['cluster', 'sentinel', 'several', 'tls', 'user'] as const

const variants = [...deployments, 'fleet'].map((name) => {
  const made = kustomized(`redis-exporter-${name}`)
  return { name, made, workload: made.one(name === 'fleet' ? 'StatefulSet' : 'Deployment') }
})

type Template = NonNullable<(typeof variants)[number]['workload']['spec']>['template']

/** What keeps a pod to the restricted pod security standard, and tells how it is. */
function safetyOf(template: Template | undefined) {
  const pod = template?.spec
  const container = pod?.containers[0]
  const { runAsNonRoot, runAsUser, runAsGroup, seccompProfile } = pod?.securityContext ?? {}
  return {
    ...{ runAsNonRoot, runAsUser, runAsGroup, seccompProfile },
    image: container?.image,
    ports: container?.ports,
    probes: [container?.startupProbe, container?.livenessProbe, container?.readinessProbe],
    container: container?.securityContext,
    token: pod?.automountServiceAccountToken,
    links: pod?.enableServiceLinks,
    grace: pod?.terminationGracePeriodSeconds,
  }
}

test('each folder is one of these, or has tests of its own', () => {
  const folders = readdirSync(new URL('../kubernetes/', import.meta.url), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)

  expect(folders.sort()).toEqual(
    [
      ...['monitoring', 'network-policy', 'redis-exporter', 'redis-exporter-monitored'],
      ...['protected', 'sidecar', ...variants.map(({ name }) => name)].map(
        (name) => `redis-exporter-${name}`,
      ),
    ].sort(),
  )
})

test('no Service, Deployment or budget has the pods of another', () => {
  const all = [single, ...variants.map(({ made }) => made)]
  const instances = all.map((made) => made.one('Service').spec?.selector?.[instanceLabel])
  expect(instances).not.toContain(undefined)
  expect(new Set(instances).size).toBe(all.length)
  for (const made of all.slice(0, -1)) {
    const { selector } = made.one('Service').spec ?? {}
    const { selector: ofPods, template } = made.one('Deployment').spec ?? {}
    expect(ofPods?.matchLabels).toEqual(selector)
    expect(template?.metadata?.labels).toMatchObject({ ...selector })
    expect(made.one('PodDisruptionBudget').spec?.selector?.matchLabels).toEqual(selector)
  }
})

const instanceLabel = 'app.kubernetes.io/instance'

describe.each(variants)('redis-exporter-$name', ({ name, made, workload }) => {
  const selected = {
    'app.kubernetes.io/name': 'redis-exporter',
    [instanceLabel]: `redis-${name}`,
  }

  it.each(made.all.map((manifest) => [manifest.kind, manifest] as const))(
    'has a %s that fits the Kubernetes schemas',
    (_kind, manifest) => {
      expect(faultsOf(manifest)).toEqual([])
    },
  )

  it('stands apart from the others by its names and by what it selects', () => {
    const names = made.all.map((one) => (one as { metadata?: { name?: string } }).metadata?.name)
    expect(names.every((one) => one?.endsWith(`-${name}`))).toBe(true)
    expect(workload.spec?.selector.matchLabels).toEqual(selected)
    expect(workload.spec?.template.metadata?.labels).toMatchObject(selected)
    expect(made.one('Service').spec?.selector).toEqual(selected)
    expect(made.one('PodDisruptionBudget').spec?.selector?.matchLabels).toEqual(selected)
    const [spread] = workload.spec?.template.spec?.topologySpreadConstraints ?? []
    expect(spread?.labelSelector?.matchLabels).toEqual(selected)
  })

  it('is as safe and as well probed as the single one', () => {
    expect(safetyOf(workload.spec?.template)).toEqual(
      safetyOf(single.one('Deployment').spec?.template),
    )
  })

  it('bounds the heap by half of its memory, or a little more', () => {
    const [container] = workload.spec?.template.spec?.containers ?? []
    const limit = Number(/^(\d+)Mi$/.exec(`${container?.resources?.limits?.memory}`)?.[1])
    const options = container?.env?.find((one) => one.name === 'NODE_OPTIONS')?.value
    const heap = Number(/--max-old-space-size=(\d+)/.exec(options ?? '')?.[1])
    expect(heap / limit).toBeGreaterThanOrEqual(0.5)
    expect(heap / limit).toBeLessThan(0.6)
  })

  it('reads the password before the address needs it, where that holds it', () => {
    const variables = workload.spec?.template.spec?.containers[0]?.env ?? []
    const names = variables.map((one) => one.name)
    const address = variables.findIndex(({ value }) => value?.includes('$(REDIS_PASSWORD)'))
    if (address >= 0) expect(names.slice(0, address)).toContain('REDIS_PASSWORD')
    expect(address >= 0).toBe(['cluster', 'sentinel', 'tls'].includes(name))
  })
})

describe.each(variants.filter(({ name }) => name !== 'fleet'))('redis-exporter-$name', (one) => {
  it('has its Service scraped and no pod by itself, since all tell of the same servers', () => {
    const { metadata } = one.workload.spec?.template ?? {}
    expect(one.made.one('Service').spec?.sessionAffinity).toBe('ClientIP')
    expect(metadata?.annotations).toBeUndefined()
    expect(metadata?.labels).not.toHaveProperty('redis-exporter/scraped')
  })
})

describe('the fleet', () => {
  const made = kustomized('redis-exporter-fleet')
  const { spec, metadata } = made.one('StatefulSet')
  const pod = spec?.template.spec
  const [container] = pod?.containers ?? []
  const variable = (name: string) => container?.env?.find((one) => one.name === name)

  it('has each pod scraped, since each has other servers', () => {
    const { labels, annotations } = spec?.template.metadata ?? {}
    expect(labels).toHaveProperty('redis-exporter/scraped', 'each-pod')
    expect(made.one('Service').metadata?.labels).toHaveProperty('redis-exporter/scraped')
    expect(annotations).toEqual({
      'prometheus.io/scrape': 'true',
      'prometheus.io/port': '9121',
      'prometheus.io/path': '/metrics',
    })
  })

  it('has as many pods as shards, which have the numbers of their pods', () => {
    expect(variable('REDIS_EXPORTER_SHARD_TOTAL')?.value).toBe(`${spec?.replicas}`)
    expect(variable('REDIS_EXPORTER_SHARD_INDEX')?.valueFrom).toEqual({
      fieldRef: { fieldPath: 'metadata.name' },
    })
  })

  it('has a Service that leads to all pods, under the name by which the StatefulSet knows it', () => {
    const service = made.one('Service')
    expect(service.spec?.clusterIP).toBe('None')
    expect(spec?.serviceName).toBe(service.metadata?.name)
    expect(spec?.serviceName).toBe(metadata?.name)
  })

  it('mounts the ConfigMap with the targets as a folder, and the Secret with the passwords', () => {
    const mounts = Object.fromEntries(
      (container?.volumeMounts ?? []).map(({ name, ...mount }) => [name, mount]),
    )
    const folder = { mountPath: expect.any(String), readOnly: true }
    expect(mounts).toEqual({ targets: folder, passwords: folder })
    expect(pod?.volumes).toEqual([
      { name: 'targets', configMap: { name: made.one('ConfigMap').metadata?.name } },
      {
        name: 'passwords',
        secret: { secretName: 'redis-exporter-passwords', defaultMode: 0o440 },
      },
    ])
    expect(pod?.securityContext?.fsGroup).toBe(pod?.securityContext?.runAsUser)
    expect(variable('REDIS_EXPORTER_TARGETS_FILE')?.value).toBe(
      `${mounts.targets?.mountPath}/targets.yaml`,
    )
  })

  it('has passwords in files of the Secret alone', () => {
    const text = made.one('ConfigMap').data?.['targets.yaml'] ?? ''
    const files = [...text.matchAll(/password-file: (\S+)/g)].map(([, file]) => file)
    const mount = container?.volumeMounts?.find(({ name }) => name === 'passwords')
    expect(files).toEqual([`${mount?.mountPath}/sessions`, `${mount?.mountPath}/orders`])
    expect(variable('REDIS_PASSWORD')).toBeUndefined()
    expect(variable('REDIS_URL')).toBeUndefined()
  })
})
