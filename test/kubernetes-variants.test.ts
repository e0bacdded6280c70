import { readdirSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { kustomized } from './support/kustomized.ts'
import { faultsOf } from './support/manifest-faults.ts'

const single = kustomized('redis-exporter').one('Deployment').spec?.template

const topologies = [
  ['redis-exporter-cluster', '-cluster', 'redis-cluster'],
  ['redis-exporter-sentinel', '-sentinel', 'redis-sentinel'],
] as const

const variants = [...topologies, ['redis-exporter-fleet', '-fleet', 'redis-fleet']] as const

/** What keeps a pod to the restricted pod security standard, and tells how it is. */
function safetyOf(template: typeof single) {
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

function workloadOf(folder: string) {
  const made = kustomized(folder)
  return made.one(folder === 'redis-exporter-fleet' ? 'StatefulSet' : 'Deployment')
}

test('each folder is one of these, or has tests of its own', () => {
  const folders = readdirSync(new URL('../kubernetes/', import.meta.url), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)

  expect(folders.sort()).toEqual(
    [
      'monitoring',
      'redis-exporter',
      'redis-exporter-protected',
      'redis-exporter-sidecar',
      ...variants.map(([folder]) => folder),
    ].sort(),
  )
})

describe.each(variants)('%s', (folder, suffix, instance) => {
  const made = kustomized(folder)
  const workload = workloadOf(folder)
  const selected = {
    'app.kubernetes.io/name': 'redis-exporter',
    'app.kubernetes.io/instance': instance,
  }

  it.each(made.all.map((manifest) => [manifest.kind, manifest] as const))(
    'has a %s that fits the Kubernetes schemas',
    (_kind, manifest) => {
      expect(faultsOf(manifest)).toEqual([])
    },
  )

  it('stands apart from the others by its names and by what it selects', () => {
    const names = made.all.map((one) => (one as { metadata?: { name?: string } }).metadata?.name)
    expect(names.every((name) => name?.endsWith(suffix))).toBe(true)
    expect(workload.spec?.selector.matchLabels).toEqual(selected)
    expect(workload.spec?.template.metadata?.labels).toMatchObject(selected)
    expect(made.one('Service').spec?.selector).toEqual(selected)
    expect(made.one('PodDisruptionBudget').spec?.selector?.matchLabels).toEqual(selected)
    const [spread] = workload.spec?.template.spec?.topologySpreadConstraints ?? []
    expect(spread?.labelSelector?.matchLabels).toEqual(selected)
  })

  it('is as safe, as well probed and as much scraped as the single one', () => {
    const template = workload.spec?.template
    expect(safetyOf(template)).toEqual(safetyOf(single))
    expect(template?.metadata?.annotations).toEqual(single?.metadata?.annotations)
  })

  it('bounds the heap by half of its memory, or a little more', () => {
    const [container] = workload.spec?.template.spec?.containers ?? []
    const limit = Number(/^(\d+)Mi$/.exec(`${container?.resources?.limits?.memory}`)?.[1])
    const options = container?.env?.find(({ name }) => name === 'NODE_OPTIONS')?.value
    const heap = Number(/--max-old-space-size=(\d+)/.exec(options ?? '')?.[1])
    expect(heap / limit).toBeGreaterThanOrEqual(0.5)
    expect(heap / limit).toBeLessThan(0.6)
  })
})

describe.each(topologies)('%s', (folder) => {
  it('reads the password before the address needs it', () => {
    const [container] = workloadOf(folder).spec?.template.spec?.containers ?? []
    const names = container?.env?.map(({ name }) => name) ?? []
    expect(names.indexOf('REDIS_PASSWORD')).toBeGreaterThanOrEqual(0)
    expect(names.indexOf('REDIS_PASSWORD')).toBeLessThan(names.indexOf('REDIS_URL'))
  })
})

describe('the fleet', () => {
  const made = kustomized('redis-exporter-fleet')
  const { spec, metadata } = made.one('StatefulSet')
  const pod = spec?.template.spec
  const [container] = pod?.containers ?? []
  const variable = (name: string) => container?.env?.find((one) => one.name === name)

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
