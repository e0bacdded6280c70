import { describe, expect, test } from 'vitest'
import { clusterLinks } from '../../src/collectors/cluster/cluster-links.ts'
import { slotMetrics } from '../../src/collectors/cluster/cluster-slot-stats.ts'
import { collectors, keyCollectors } from '../../src/collectors/index.ts'
import { ownMetrics } from '../../src/metrics/own-metrics.ts'
import { requestsTotal } from '../../src/metrics/request-counter.ts'
import { scanMetrics } from '../../src/metrics/scan-metrics.ts'
import { targetMetrics } from '../../src/metrics/target-metrics.ts'

// Two collectors may tell the same of keys, one by pattern and one by name: by one declaration.
const all = [
  ...new Set([
    ...[...collectors, ...keyCollectors].flatMap(({ metrics }) => metrics),
    ...Object.values(targetMetrics),
    ...Object.values(ownMetrics),
    ...Object.values(scanMetrics),
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

  test('says to be tested on no server that is older than the metric', () => {
    const tooOld = all.flatMap(({ name, since = '', tested = '' }) => {
      const servers = [...tested.matchAll(/(Redis|Valkey) (\d+\.\d+)/g)]
      const least = new Map(
        [...since.matchAll(/(Redis|Valkey) (\d+(?:\.\d+)?)/g)].map(kindAndVersion),
      )
      return servers
        .map(kindAndVersion)
        .flatMap(([kind, version]) =>
          version < (least.get(kind) ?? 0) || (kind === 'Redis' && !/Redis/.test(since))
            ? [`${name}: ${since}, ${tested}`]
            : [],
        )
    })

    expect(tooOld).toEqual([])
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

/** The version as a number that is larger for a later one: 8.10 is later than 8.6. */
function kindAndVersion([, kind = '', version = '']: RegExpMatchArray): [string, number] {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return [kind, major * 1_000 + minor]
}
