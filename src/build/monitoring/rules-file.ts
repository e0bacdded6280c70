import { stringify } from 'yaml'
import type { Metric } from '../../metrics/metric.ts'
import type { Alert, AlertGroup } from './alert.ts'
import { dashboards } from './dashboards/all-dashboards.ts'
import { exporterAlerts } from './exporter-alerts.ts'
import { unknownSeries } from './known-series.ts'
import { recordingRules } from './recording-rules.ts'
import { serverAlerts } from './server-alerts.ts'
import { durabilityAlerts, topologyAlerts } from './topology-alerts.ts'

/** All alerts, by subject. */
export const alertGroups: readonly AlertGroup[] = [
  exporterAlerts,
  serverAlerts,
  durabilityAlerts,
  topologyAlerts,
]

/** Where a reader of an alert finds what to do, from the top of the project. */
const runbooks = 'kubernetes/monitoring/README.md'

const yamlHeader = `# Written by make docs. What each alert means and what to do stands in ${runbooks}.
# The names are those without --namespace.
`

/** The rules for Prometheus, in YAML. Throws at what no declaration knows. */
export function rulesFile(metrics: readonly Metric[]): string {
  const unknown = unknownSeries(metrics, recordingRules)
  const rules = [...recordingRules, ...alertGroups.flatMap(({ alerts }) => alerts)]
  const faults = rules.flatMap((rule) =>
    unknown(rule.expr).map(
      (what) => `${'name' in rule ? rule.name : rule.record}: ${what} is not declared`,
    ),
  )
  if (faults.length > 0) throw new Error(faults.join('\n'))
  const recorded = recordingRules.map(({ record, expr }) => ({ record, expr }))
  const groups = [
    { name: 'redis-recorded', rules: recorded },
    ...alertGroups.map(({ name, alerts }) => ({ name, rules: alerts.map(alertRule) })),
  ]
  return `${yamlHeader}${stringify({ groups }, { lineWidth: 0 })}`
}

function alertRule({ name, expr, for: duration, severity, summary, reason, advice }: Alert) {
  return {
    alert: name,
    expr,
    for: duration,
    labels: { severity },
    annotations: {
      summary,
      description: `${reason} ${advice}`,
      runbook_url: `${runbooks}#${name.toLowerCase()}`,
    },
  }
}

const introduction = `# Dashboards, alerts and recording rules

Written by \`make docs\` from the tables in \`src/build/monitoring\`; each name in an expression must be a
declared metric. [rules/redis-exporter.yaml](rules/redis-exporter.yaml) is a file of rules for Prometheus from 2.42 on:

\`\`\`yaml
rule_files: [redis-exporter.yaml]
\`\`\`

For the Prometheus operator and Grafana in Kubernetes this folder is [a kustomize component](../README.md#with-the-prometheus-operator).

They are the same for one exporter beside each server, for \`/sd\`, and for \`/metrics\` with several servers, whose
series carry \`target\`: summaries name it. Every alert is made to fire by \`promtool test rules\` for one server of
several, with and without that label, and is silent on Redis and Valkey, a replica, a Cluster and Sentinels that are well.
\`/sd\` leads to single servers, and to the exporter itself, which tells of whole topologies
(see [many targets](../../src/fleet/README.md#in-prometheus)).

Windows of five minutes hold twenty polls of 15 s. With a \`POLL_INTERVAL\` of more than a minute take longer ones. Put the
address of this page in your repository before \`runbook_url\` where people shall click on it.
`

const aboutDashboards = `## Dashboards

For Grafana from 10 on: import a file, or have it provisioned. Each lets you choose the data source, the job and the instance, and
the target where an exporter tells of several servers; so they are the same for every way of scraping. With \`/sd\` the
exporter itself is an instance too, called by its address. Sums count each server once, also where several exporters watch it. Each
panel says what its metrics mean and which flag they need. Set the interval of the data source to that of your scrapes.

| Dashboard | Shows | Chosen |
|---|---|---|`

const chosen = { one: 'one server', several: 'all servers, or some', exporters: 'exporters' }

/** The page about them, in Markdown; the heading of each alert is its anchor. */
export function runbook(): string {
  const recorded = recordingRules.map(
    ({ record, expr, help }) => `| \`${record}\` | ${help} | \`${expr.replaceAll('|', '\\|')}\` |`,
  )
  const boards = dashboards.map(
    ({ name, title, help, of }) =>
      `| [${title}](dashboards/${name}.json) | ${help} | ${chosen[of]} |`,
  )
  return [
    introduction,
    aboutDashboards,
    `${boards.join('\n')}\n`,
    '## What is recorded\n\n| Rule | Meaning | Expression |\n|---|---|---|',
    `${recorded.join('\n')}\n`,
    ...alertGroups.map(({ title, alerts }) =>
      [`## ${title}\n`, ...alerts.map(runbookEntry)].join('\n'),
    ),
  ].join('\n')
}

function runbookEntry({ name, expr, for: duration, severity, reason, advice, needs }: Alert) {
  return `### ${name}

${severity}, after ${duration}${needs === undefined ? '' : `; needs ${needs}`}:

\`\`\`promql
${expr}
\`\`\`

${reason}

${advice}
`
}
