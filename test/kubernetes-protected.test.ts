import { expect, it } from 'vitest'
import { kustomized } from './support/kustomized.ts'
import { faultsOf } from './support/manifest-faults.ts'

const made = kustomized('redis-exporter-protected')
const pod = made.one('Deployment').spec?.template.spec
const [container] = pod?.containers ?? []
if (!container) throw new Error('there is no container')
const single = kustomized('redis-exporter').one('Deployment').spec?.template.spec
const [open] = single?.containers ?? []

it.each(made.all.map((manifest) => [manifest.kind, manifest] as const))(
  'the protected exporter has a %s that fits the Kubernetes schemas',
  (_kind, manifest) => {
    expect(faultsOf(manifest)).toEqual([])
  },
)

it('it stands apart from the others by its names and by what it selects', () => {
  const names = made.all.map((one) => (one as { metadata?: { name?: string } }).metadata?.name)
  expect(names.every((name) => name?.endsWith('-protected'))).toBe(true)
  const selected = {
    'app.kubernetes.io/name': 'redis-exporter',
    'app.kubernetes.io/instance': 'redis-protected',
  }
  expect(made.one('Deployment').spec?.selector.matchLabels).toEqual(selected)
  expect(made.one('Service').spec?.selector).toEqual(selected)
  expect(made.one('PodDisruptionBudget').spec?.selector?.matchLabels).toEqual(selected)
})

it('it is the open one but for the file, its Secrets and probes by HTTPS', () => {
  const { env: ownVariables, volumeMounts, ...own } = container
  const { env: variables, ...others } = open ?? {}
  const byHttps = (probe: typeof own.startupProbe) =>
    probe && { ...probe, httpGet: { ...probe.httpGet, scheme: 'HTTPS' } }
  expect(own).toEqual({
    ...others,
    startupProbe: byHttps(open?.startupProbe),
    livenessProbe: byHttps(open?.livenessProbe),
    readinessProbe: byHttps(open?.readinessProbe),
  })
  const added = { name: 'REDIS_EXPORTER_WEB_CONFIG_FILE', value: '/run/secrets/web/web.yml' }
  expect(ownVariables).toEqual(expect.arrayContaining([...(variables ?? []), added]))
  expect(ownVariables).toHaveLength((variables ?? []).length + 1)
  expect(volumeMounts).toEqual([
    { name: 'tls', mountPath: '/run/secrets/tls', readOnly: true },
    { name: 'web', mountPath: '/run/secrets/web', readOnly: true },
  ])
})

it('its Secrets are read by its group alone', () => {
  const secret = (name: string) => ({ secretName: `redis-exporter-${name}`, defaultMode: 0o440 })
  expect(pod?.volumes).toEqual([
    { name: 'tls', secret: secret('tls') },
    { name: 'web', secret: secret('web') },
  ])
  expect(pod?.securityContext).toEqual({
    ...single?.securityContext,
    fsGroup: single?.securityContext?.runAsGroup,
  })
})
