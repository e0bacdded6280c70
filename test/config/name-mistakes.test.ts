import { collectDefaultMetrics, Registry } from 'prom-client'
import { describe, expect, test } from 'vitest'
import { metricsReadme } from '../../src/build/documents.ts'
import { configured, mistakesOf } from '../support/configured.ts'

describe('a namespace that makes one family of two', () => {
  test('is a mistake, where both are served', () => {
    expect(mistakesOf(['--namespace=process'])).toEqual([
      `--namespace (REDIS_EXPORTER_NAMESPACE, NAMESPACE): "process" is not accepted: metrics of the exporter's own process begin so; give another one, or --redis-only-metrics`,
    ])
    expect(configured(['--namespace=process', '--redis-only-metrics']).namespace).toBe('process')
  })

  test.each(['nodejs', 'process_cpu', 'processes', 'go'])('is not %s', (namespace) => {
    expect(configured([`--namespace=${namespace}`]).namespace).toBe(namespace)
  })

  test('is no other one than that, whatever is declared', () => {
    const register = new Registry()
    collectDefaultMetrics({ register })
    const others = register.getMetricsAsArray().map(({ name }) => name)
    const ours = new Set([...metricsReadme().matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name))
    const namespaces = others.flatMap((name) =>
      [...name.matchAll(/_/g)].flatMap(({ index }) =>
        ours.has(name.slice(index + 1)) ? [name.slice(0, index)] : [],
      ),
    )

    expect(ours.size).toBeGreaterThan(500)
    expect(new Set(namespaces)).toEqual(new Set(['process']))
  })
})
