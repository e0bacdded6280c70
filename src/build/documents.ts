import { createCollectors } from '../collectors/index.ts'
import { optionReference, optionTable } from '../config/option-reference.ts'
import { clusterMetrics } from '../fleet/cluster-figures.ts'
import { pairMetrics } from '../fleet/replication-pairs.ts'
import { deploymentMetrics } from '../fleet/sentinel-figures.ts'
import { discoveryMetrics } from '../metrics/discovery-metrics.ts'
import { type MetricGroup, metricReference } from '../metrics/metric-reference.ts'
import { onDemandMetrics } from '../metrics/on-demand-metrics.ts'
import { ownMetrics } from '../metrics/own-metrics.ts'
import { pollMetrics } from '../metrics/poll-metrics.ts'
import { portMetrics } from '../metrics/port-metrics.ts'
import { requestsTotal } from '../metrics/request-counter.ts'
import { shardMetrics } from '../metrics/shard-metrics.ts'
import { targetsFileMetrics } from '../metrics/targets-file-metrics.ts'
import { walkMetrics } from '../metrics/walk-metrics.ts'
import { reasonTexts } from '../poller/reason-texts.ts'
import { type DeclaredMetric, dashboardFiles } from './monitoring/dashboards/dashboard-files.ts'
import { rulesFile } from './monitoring/rules-file.ts'

const begin = '<!-- options: written by make docs -->'
const end = '<!-- end of options -->'

const { collectors, keyCollectors } = createCollectors()
const all = [...collectors, ...keyCollectors]

/** Everything that is ever served, as it stands in the reference. */
const metricGroups: readonly MetricGroup[] = [
  ...all.map(({ name, help, optIn, cost, metrics }) => ({
    title: `Collector \`${name}\``,
    help: `Reads ${help}; \`--collect.${name}${optIn ? '' : '=false'}\` switches it ${optIn ? 'on' : 'off'}${cost ? `. Cost: ${cost}` : ''}`,
    metrics,
  })),
  {
    title: 'The poll',
    help: 'Of each target, whether it is up or down',
    metrics: Object.values(pollMetrics),
  },
  {
    title: 'Scans of the keys',
    help: 'When an option asks for what only a scan can tell',
    metrics: Object.values(walkMetrics),
  },
  {
    title: 'The targets file',
    help: 'With `--targets.file`',
    metrics: Object.values(targetsFileMetrics),
  },
  {
    title: 'Discovery',
    help: 'Of each target that leads to a Cluster or to Sentinels (`--discover`); `source` is its name in /ready',
    metrics: Object.values(discoveryMetrics),
  },
  {
    title: 'Targets on demand',
    help: 'With `--scrape.allow`',
    metrics: Object.values(onDemandMetrics),
  },
  {
    title: 'What protects the port',
    help: 'With `--web.config.file`, `--tls-server-cert-file` or `--basic-auth-username`',
    metrics: Object.values(portMetrics),
  },
  {
    title: 'Shards',
    help: 'With `--shard.total`',
    metrics: Object.values(shardMetrics),
  },
  {
    title: 'A whole Cluster',
    help: 'Of each that `--discover=cluster` leads to; `topology` is the target that leads there, `master` a target',
    metrics: Object.values(clusterMetrics),
  },
  {
    title: 'A whole Sentinel deployment',
    help: 'Of each that `--discover=sentinel` leads to; `topology` is the first of its Sentinels that is configured',
    metrics: Object.values(deploymentMetrics),
  },
  {
    title: 'A replica and its master',
    help: 'Of each replica whose master is a target as well, from Redis 4 on; `master` and `replica` are targets',
    metrics: Object.values(pairMetrics),
  },
  {
    title: 'The exporter itself',
    help: 'Beside these, without the namespace, `process_*` of prom-client, and its `nodejs_*` with --include-go-runtime-metrics',
    metrics: [...Object.values(ownMetrics), requestsTotal],
  },
]

/** src/metrics/README.md as it follows from the declarations. */
export function metricsReadme(): string {
  return metricReference(metricGroups)
}

/** kubernetes/monitoring/rules/redis-exporter.yaml; throws where a rule names what is not declared. */
export function monitoringRules(): string {
  return rulesFile(metricGroups.flatMap(({ metrics }) => metrics))
}

const declared: readonly DeclaredMetric[] = [
  ...all.flatMap(({ name, optIn, metrics }) =>
    metrics.map((metric) => ({ metric, needs: optIn ? `--collect.${name}` : undefined })),
  ),
  ...metricGroups.slice(all.length).flatMap(({ metrics }) => metrics.map((metric) => ({ metric }))),
]

/** The files of kubernetes/monitoring/dashboards; throws where a panel names what is not declared. */
export function monitoringDashboards(): ReadonlyMap<string, string> {
  return dashboardFiles(declared)
}

/** src/config/README.md as it follows from the options. */
export function configReadme(): string {
  return optionReference(all)
}

// What people set first.
const firstOptions = [
  ...['redis.addr', 'redis.user', 'redis.password', 'redis.password-file', 'tls-ca-cert-file'],
  ...['poll.interval', 'check-keys', 'export-client-list', 'web.listen-address', 'log-level'],
]

/** README.md with its tables between the markers: of a few options, and of all reasons. */
export function withTables(readme: string): string {
  const withOptions = between(readme, begin, end, optionTable(firstOptions, all))
  return between(withOptions, '<!-- reasons: written by make docs -->', endOfReasons, reasonTable())
}

const endOfReasons = '<!-- end of reasons -->'

function between(text: string, opening: string, closing: string, table: string): string {
  const [before, rest = ''] = text.split(opening)
  const after = rest.split(closing)[1]
  if (after === undefined) throw new Error(`README.md lacks the markers ${opening} and ${closing}`)
  return `${before}${opening}\n\n${table}\n${closing}${after}`
}

function reasonTable(): string {
  const rows = Object.entries(reasonTexts).map(
    ([reason, { means, lookAt, meanwhile }]) =>
      `| \`${reason}\` | ${means} | ${lookAt} | ${meanwhile} |\n`,
  )
  return `| Reason | What it means | Look at first | Meanwhile |\n|---|---|---|---|\n${rows.join('')}`
}
