import { describe, expect, test } from 'vitest'
import { clusterLinks } from '../../src/collectors/cluster/cluster-links.ts'
import { slotMetrics } from '../../src/collectors/cluster/cluster-slot-stats.ts'
import { discoveryMetrics } from '../../src/metrics/discovery-metrics.ts'
import { onDemandMetrics } from '../../src/metrics/on-demand-metrics.ts'
import { ownMetrics } from '../../src/metrics/own-metrics.ts'
import { pollMetrics } from '../../src/metrics/poll-metrics.ts'
import { portMetrics } from '../../src/metrics/port-metrics.ts'
import { requestsTotal } from '../../src/metrics/request-counter.ts'
import { targetsFileMetrics } from '../../src/metrics/targets-file-metrics.ts'
import { walkMetrics } from '../../src/metrics/walk-metrics.ts'
import { collectors, keyCollectors } from '../support/registry.ts'

// Two collectors may tell the same of keys, one by pattern and one by name: by one declaration.
const all = [
  ...new Set([
    ...[...collectors, ...keyCollectors].flatMap(({ metrics }) => metrics),
    ...Object.values(pollMetrics),
    ...Object.values(ownMetrics),
    ...Object.values(walkMetrics),
    ...Object.values(targetsFileMetrics),
    ...Object.values(discoveryMetrics),
    ...Object.values(onDemandMetrics),
    ...Object.values(portMetrics),
    requestsTotal,
  ]),
]

describe('every metric', () => {
  test('has a name of its own, over all collectors and our own', () => {
    const names = all.map(({ name }) => name)

    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  })

  test.each(all)('$name: its name is valid and comes without the namespace', ({ name }) => {
    expect(name).toMatch(/^[a-z][a-z0-9_]*[a-z0-9]$|^[a-z_]+_\*$/)
    expect(name).not.toMatch(/^redis_/)
  })

  test.each(all)('$name: its help text is one line that ends with its source', ({ help }) => {
    expect(help).toMatch(/^[A-Z].* \([^()]+\)$/)
  })

  test.each(all)('$name: its labels are valid and nobody else claims them', (metric) => {
    const labels = [...metric.labels, ...metric.optionalLabels]
    const claimed = ['le', 'quantile', 'job', 'instance', 'target']

    expect([...new Set(labels)]).toEqual(labels)
    expect(labels.filter((label) => !/^[a-z][a-z0-9_]*$/.test(label))).toEqual([])
    expect(labels.filter((label) => claimed.includes(label))).toEqual([])
  })

  test('was tried live on a release that has it', () => {
    // The oldest release of each kind of server that has it, against the newest one tried.
    const versions = (text = '', kind: string) =>
      [...text.matchAll(new RegExp(`${kind} (\\d+)(?:\\.(\\d+))?`, 'g'))].map(
        ([, major, minor = '0']) => Number(major) * 1000 + Number(minor),
      )
    const untrue = all.filter(({ since, tested }) => {
      if (!since || !tested?.startsWith('live')) return false
      return ['Redis', 'Valkey'].some((kind) => {
        const tried = versions(tested, kind)
        return tried.length > 0 && Math.max(...tried) < Math.min(...versions(since, kind), Infinity)
      })
    })

    expect(untrue.map(({ name, since, tested }) => `${name}: ${since}, ${tested}`)).toEqual([])
  })

  test('that stands for all names with a beginning shares it with these alone', () => {
    const prefixes = all
      .filter(({ name }) => name.endsWith('*'))
      .map(({ name }) => name.slice(0, -1))
    const others = collectors.filter(
      ({ metrics }) => !metrics.some(({ name }) => name.endsWith('*')),
    )
    const shared = others
      .flatMap(({ metrics }) => metrics.map(({ name }) => name))
      .filter((name) => prefixes.some((prefix) => name.startsWith(prefix)))

    // The collector of the cluster leaves them alone, as its own test shows.
    const ofCluster = [...clusterLinks.metrics, ...slotMetrics]
    expect(shared).toEqual([
      ...['cluster_connections', 'cluster_incompatible_ops_total'],
      ...ofCluster.map(({ name }) => name),
    ])
  })
})
