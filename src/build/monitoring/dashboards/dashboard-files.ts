import type { Metric } from '../../../metrics/metric.ts'
import { type OtherSeries, unknownSeries } from '../known-series.ts'
import { readPromql } from '../read-promql.ts'
import { recordingRules } from '../recording-rules.ts'
import { withoutVariables } from '../select-series.ts'
import { dashboards as all } from './all-dashboards.ts'
import type { Dashboard } from './dashboard.ts'
import { dashboardJson } from './dashboard-json.ts'
import type { AnyPanel } from './panel-json.ts'

/** A metric, and the flag without which it is not there. */
export interface DeclaredMetric {
  readonly metric: Metric
  readonly needs?: string | undefined
}

/** What Prometheus and the library for our own metrics tell. */
const ofOthers: OtherSeries = {
  ALERTS: ['alertname', 'alertstate', 'severity'],
  process_cpu_seconds_total: [],
  process_resident_memory_bytes: [],
}

/** The dashboards in JSON, by the names of their files. Throws at what no declaration knows. */
export function dashboardFiles(
  declared: readonly DeclaredMetric[],
  dashboards: readonly Dashboard[] = all,
): ReadonlyMap<string, string> {
  const known = knownMetrics(declared)
  const faults = faultsOf(dashboards, declared)
  if (faults.length > 0) throw new Error(faults.join('\n'))
  return new Map(
    dashboards.map((dashboard) => {
      const json = dashboardJson(
        dashboard,
        (name) => known.get(name)?.metric,
        (panel) => describe(panel, known),
      )
      return [`${dashboard.name}.json`, `${JSON.stringify(json, undefined, 2)}\n`]
    }),
  )
}

/** The metrics by the names of their series. */
function knownMetrics(declared: readonly DeclaredMetric[]): ReadonlyMap<string, DeclaredMetric> {
  return new Map(
    declared.flatMap((one) =>
      ['', '_bucket', '_sum', '_count'].map(
        (part) => [`redis_${one.metric.name}${part}`, one] as const,
      ),
    ),
  )
}

function faultsOf(
  dashboards: readonly Dashboard[],
  declared: readonly DeclaredMetric[],
): readonly string[] {
  const metrics = declared.map(({ metric }) => metric)
  const unknown = unknownSeries(metrics, recordingRules, ofOthers)
  return dashboards.flatMap(({ title, stats, panels }) =>
    [...stats, ...panels].flatMap((panel) =>
      panel.queries.flatMap(({ expr, legend }) => {
        const shown = [...legend.matchAll(/{{(\w+)}}/g)].map(([, label = '']) => label)
        return unknown(withoutVariables(expr), shown).map(
          (what) => `${title}, ${panel.title}: ${what} is not declared`,
        )
      }),
    ),
  )
}

/** What a panel says itself, what its metrics say, and what they need. */
function describe(panel: AnyPanel, known: ReadonlyMap<string, DeclaredMetric>): string {
  const selected = panel.queries.flatMap(({ expr }) => readPromql(withoutVariables(expr)).selected)
  const names = [...new Set(selected.map(({ metric }) => metric))]
  const found = names.flatMap((name) => {
    const one = known.get(name)
    return one ? [{ name, ...one }] : []
  })
  const needs = [...new Set([panel.needs, ...found.map((one) => one.needs)])]
  return [
    ...(panel.help === undefined ? [] : [panel.help]),
    ...found.map(
      ({ name, metric: { help, since } }) =>
        `- \`${name}\`: ${help}${since === undefined ? '' : `. Since ${since}`}`,
    ),
    ...needs.flatMap((need) => (need === undefined ? [] : [`Needs ${need}.`])),
  ].join('\n\n')
}
