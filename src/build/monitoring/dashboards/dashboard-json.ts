import {
  DashboardBuilder,
  DashboardCursorSync,
  type DashboardLink,
  DashboardLinkType,
  DatasourceVariableBuilder,
  type GridPos,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard'
import type { Metric } from '../../../metrics/metric.ts'
import { selectSeries } from '../select-series.ts'
import type { Dashboard } from './dashboard.ts'
import { type AnyPanel, dataSource, panelJson, uidOf } from './panel-json.ts'

/** What is known of a metric, by its whole name; undefined for what others tell. */
export type MetricOf = (name: string) => Metric | undefined

const tag = 'redis-exporter'

// The builder would put it into a menu.
const linkToOthers: DashboardLink = {
  title: 'Redis',
  type: DashboardLinkType.Dashboards,
  tags: [tag],
  icon: 'external link',
  tooltip: '',
  asDropdown: false,
  targetBlank: false,
  includeVars: true,
  keepTime: true,
}

/** A dashboard as Grafana wants it; `describe` tells what stands in the description of a panel. */
export function dashboardJson(
  dashboard: Dashboard,
  metricOf: MetricOf,
  describe: (panel: AnyPanel) => string,
) {
  const { name, title, help, stats, panels } = dashboard
  const select = (expr: string) =>
    selectSeries(expr, (metric) => matchersOf(dashboard, metricOf(metric)))
  const builder = new DashboardBuilder(title)
    .uid(uidOf(name))
    .description(help)
    .tags([tag, 'redis'])
    .time({ from: 'now-1h', to: 'now' })
    .refresh('30s')
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .link({ build: () => linkToOthers })
  for (const variable of variablesOf(dashboard)) builder.withVariable(variable)
  const all = [...stats, ...panels]
  const places = placesOf(dashboard)
  for (const [index, panel] of all.entries())
    builder.withPanel(
      panelJson(panel, {
        id: index + 1,
        gridPos: places[index] ?? { x: 0, y: 0, w: 24, h: 8 },
        description: describe(panel),
        select,
      }),
    )
  return builder.build()
}

/**
 * What tells of whole topologies has no target of its own, and is of the exporter. All others are
 * chosen by job, instance and target: `target` has no values where no series has that label, and
 * then its `.*` and its nothing both match.
 */
function matchersOf({ of }: Dashboard, metric: Metric | undefined): readonly string[] {
  const all = metric ? [...metric.labels, ...metric.optionalLabels] : []
  if (of === 'one') return ['job="$job"', 'instance="$instance"', 'target="$target"']
  if (all.includes('topology')) return ['job=~"$job"', 'topology=~"$topology"']
  if (all.includes('replica')) return ['job=~"$job"']
  if (of === 'exporters') return ['job=~"$job"', 'instance=~"$instance"']
  return ['job=~"$job"', 'instance=~"$instance"', 'target=~"$target"']
}

function variablesOf({ of, name }: Dashboard) {
  const source = new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus')
  if (of === 'one')
    return [
      source,
      variable('job', 'Job', 'label_values(redis_up, job)'),
      variable('instance', 'Instance', 'label_values(redis_up{job="$job"}, instance)'),
      variable(
        'target',
        'Target',
        'label_values(redis_up{job="$job",instance="$instance"}, target)',
      ),
    ]
  const told = of === 'exporters' ? 'redis_exporter_build_info' : 'redis_up'
  const topology = { cluster: 'redis_topology_shards', replication: sentinels }[name]
  return [
    source,
    // With the relabelling of the Go exporter what the exporter tells of itself is another job.
    several('job', 'Job', 'label_values({__name__=~"redis_up|redis_exporter_build_info"}, job)'),
    several('instance', 'Instance', `label_values(${told}{job=~"$job"}, instance)`),
    ...(of === 'several'
      ? [
          several(
            'target',
            'Target',
            'label_values(redis_up{job=~"$job",instance=~"$instance"}, target)',
          ),
        ]
      : []),
    ...(topology
      ? [several('topology', 'Topology', `label_values(${topology}{job=~"$job"}, topology)`)]
      : []),
  ]
}

const sentinels = 'redis_sentinel_master_agreement'

function variable(name: string, label: string, query: string) {
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(dataSource)
    .query(query)
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.NaturalAsc)
}

function several(name: string, label: string, query: string) {
  return variable(name, label, query)
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current({ selected: true, text: ['All'], value: ['$__all'] })
}

/** The stats share a row; behind it two panels stand in a row, and a table alone. */
function placesOf({ stats, panels }: Dashboard): readonly GridPos[] {
  const w = 24 / stats.length
  const places: GridPos[] = stats.map((_, index) => ({ x: index * w, y: 0, w, h: 4 }))
  let y = 4
  let x = 0
  for (const [index, { kind }] of panels.entries()) {
    const next = panels[index + 1]
    const isAlone = x === 0 && (kind === 'table' || !next || next.kind === 'table')
    places.push({ x, y, w: isAlone ? 24 : 12, h: 8 })
    x = isAlone || x > 0 ? 0 : 12
    if (x === 0) y += 8
  }
  return places
}
