import { PodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor'
import { PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule'
import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor'
import { Deployment } from 'kubernetes-models/apps/v1/Deployment'
import { StatefulSet } from 'kubernetes-models/apps/v1/StatefulSet'
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget'
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap'
import { Service } from 'kubernetes-models/v1/Service'

/** Tells all that keeps a manifest from fitting the schema of its kind; nothing when it fits. */
export function faultsOf(manifest: unknown): readonly string[] {
  const models = [
    ...[ConfigMap, Deployment, NetworkPolicy, PodDisruptionBudget, Service, StatefulSet],
    ...[PodMonitor, PrometheusRule, ServiceMonitor],
  ]
  const model = models.find((one) => one.is(manifest))
  if (model === undefined) {
    const { apiVersion, kind } = manifest as { apiVersion?: unknown; kind?: unknown }
    return [`unknown kind ${apiVersion} ${kind}`]
  }
  const { watched, unread } = watchReading(manifest)
  const faults: string[] = []
  try {
    model.prototype.validate.call(watched)
  } catch (error) {
    faults.push((error as Error).message)
  }
  return [...faults, ...unread().map((path) => `unknown field ${path}`)]
}

/**
 * The schemas let unknown fields pass, so a misspelled one would be missed. But they read every
 * field that they know: what is left unread is unknown to them.
 */
function watchReading(manifest: unknown) {
  const unread = new Set<string>()
  const watch = (value: unknown, path: string): unknown => {
    if (typeof value !== 'object' || value === null) {
      return value
    }
    const parts = new Map<PropertyKey, unknown>()
    for (const [key, part] of Object.entries(value)) {
      unread.add(`${path}/${key}`)
      parts.set(key, watch(part, `${path}/${key}`))
    }
    return new Proxy(value, {
      get: (target, key) => {
        unread.delete(`${path}/${String(key)}`)
        return parts.has(key) ? parts.get(key) : Reflect.get(target, key)
      },
    })
  }
  return { watched: watch(manifest, ''), unread: () => [...unread] }
}
