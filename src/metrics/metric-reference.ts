import type { Metric } from './metric.ts'

/** Metrics that belong together in the reference. */
export interface MetricGroup {
  readonly title: string
  readonly help: string
  readonly metrics: readonly Metric[]
}

const introduction = `# Reference of the metrics

Written by \`make docs\` from the declarations; a test compares the two. Every name begins with the
namespace, \`redis_\` unless \`--namespace\` says otherwise. A metric exists when the server reports
what it is read from; the source stands in brackets. Labels in brackets are left out when the
server does not report them. Counters that lack \`_total\` keep the name that dashboards know.

*Since* names the first releases that report a metric, where not all do. *Tested* says how, for these: *live* on
a running server, with its version, *recorded* with the reply of one that was run once, *documented* with a reply written after the
documentation or the source of the server.
`

/** The reference of all metrics, in Markdown. */
export function metricReference(groups: readonly MetricGroup[]): string {
  return [introduction, ...groups.map(section)].join('\n')
}

function section({ title, help, metrics }: MetricGroup): string {
  const rows = metrics.map(
    ({ name, type, labels, optionalLabels, help: text, since = '', tested = '' }) =>
      `| \`${name}\` | ${type} | ${labelList(labels, optionalLabels)} | ${escapeCell(text)} | ${since} | ${tested} |`,
  )
  const table = [
    '| Metric | Type | Labels | Meaning | Since | Tested |',
    '|---|---|---|---|---|---|',
    ...rows,
  ]
  return [`## ${title}`, '', `${help}.`, '', ...table, ''].join('\n')
}

function labelList(labels: readonly string[], optional: readonly string[]): string {
  return [...labels, ...optional.map((name) => `[${name}]`)].join(', ')
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|')
}
