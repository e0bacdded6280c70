import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import {
  type DynamicConfigValue,
  type GridPos,
  MappingType,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus'
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat'
import { PanelBuilder as TimelineBuilder } from '@grafana/grafana-foundation-sdk/statetimeline'
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table'
import { PanelBuilder as TrendBuilder } from '@grafana/grafana-foundation-sdk/timeseries'
import type {
  Colors,
  Column,
  Dashboard,
  Query,
  Stat,
  States,
  Table,
  Timeline,
  Trend,
} from './dashboard.ts'

/** The data source that is chosen in the dashboard. */
export const dataSource = { type: 'prometheus', uid: '$datasource' }

/** Where in Grafana a dashboard is, by its name. */
export const uidOf = (name: string) => `redis-exporter-${name}`

/** A panel of a dashboard. */
export type AnyPanel = Dashboard['stats'][number] | Dashboard['panels'][number]

/** What is put into a panel beside what it says itself. */
export interface PanelPlacement {
  readonly id: number
  readonly gridPos: GridPos
  readonly description: string
  /** Gives an expression the labels that choose servers. */
  readonly select: (expr: string) => string
}

/** A panel as Grafana wants it. */
export function panelJson(panel: AnyPanel, placed: PanelPlacement) {
  switch (panel.kind) {
    case 'stat':
      return statJson(panel, placed)
    case 'trend':
      return trendJson(panel, placed)
    case 'timeline':
      return timelineJson(panel, placed)
    case 'table':
      return tableJson(panel, placed)
  }
}

interface Framed {
  id(id: number): this
  title(title: string): this
  description(description: string): this
  datasource(datasource: typeof dataSource): this
  gridPos(gridPos: GridPos): this
  unit(unit: string): this
}

function framed<B extends Framed>(
  builder: B,
  { title, unit }: AnyPanel,
  placed: PanelPlacement,
): B {
  return builder
    .id(placed.id)
    .title(title)
    .description(placed.description)
    .datasource(dataSource)
    .gridPos(placed.gridPos)
    .unit(unit)
}

function statJson(panel: Stat, placed: PanelPlacement) {
  const { queries, colors, states, showsName = false, none } = panel
  const [query] = queries
  const builder = framed(new StatBuilder(), panel, placed)
    .withTarget(targetOf(query, 0, placed).instant())
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .graphMode(BigValueGraphMode.None)
    .colorMode(BigValueColorMode.Value)
    .textMode(showsName ? BigValueTextMode.Name : BigValueTextMode.Value)
    .thresholds(thresholds(colors ?? ['text']))
  if (states) builder.mappings(mappings(states))
  if (none !== undefined) builder.noValue(none)
  return builder
}

function trendJson(panel: Trend, placed: PanelPlacement) {
  const { queries, colors, stacked = false, most } = panel
  const builder = framed(new TrendBuilder(), panel, placed)
    .targets(queries.map((query, index) => targetOf(query, index, placed).range()))
    .axisSoftMin(0)
    .fillOpacity(stacked ? 30 : 8)
    .showPoints(VisibilityMode.Never)
    .legend(legend(['mean', 'max', 'lastNotNull']))
    .tooltip(tooltip())
  if (stacked) builder.stacking(new StackingConfigBuilder().mode(StackingMode.Normal))
  if (most !== undefined) builder.max(most)
  if (!colors) return builder
  return builder
    .thresholds(thresholds(colors))
    .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed))
}

function timelineJson(panel: Timeline, placed: PanelPlacement) {
  return framed(new TimelineBuilder(), panel, placed)
    .targets(panel.queries.map((query, index) => targetOf(query, index, placed).range()))
    .mappings(mappings(panel.states))
    .thresholds(thresholds(['text']))
    .mergeValues(true)
    .showValue(VisibilityMode.Auto)
    .legend(legend([]))
    .tooltip(tooltip())
}

function tableJson(panel: Table, placed: PanelPlacement) {
  const { queries, labels, leadsToServer = false } = panel
  const builder = framed(new TableBuilder(), panel, placed)
    .targets(
      queries.map((query, index) =>
        targetOf(query, index, placed).instant().format(PromQueryFormat.Table),
      ),
    )
    .thresholds(thresholds(['text']))
    .filterable(true)
    // A row for all that have the same labels.
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({ id: 'organize', options: organized(panel) })
  for (const column of queries) {
    const properties = propertiesOf(column)
    if (properties.length > 0) builder.overrideByName(column.legend, properties)
  }
  if (leadsToServer)
    for (const label of ['instance', 'target'])
      builder.overrideByName(labels[label] ?? label, [{ id: 'links', value: [linkToServer] }])
  return builder
}

function propertiesOf({ unit, colors, states }: Column): DynamicConfigValue[] {
  return [
    ...(unit === undefined ? [] : [{ id: 'unit', value: unit }]),
    ...(colors || states ? [{ id: 'custom.cellOptions', value: { type: 'color-text' } }] : []),
    ...(colors ? [{ id: 'thresholds', value: thresholds(colors).build() }] : []),
    ...(states ? [{ id: 'mappings', value: mappings(states) }] : []),
  ]
}

const linkToServer = {
  title: 'Show the server',
  url: `/d/${uidOf('server')}?var-datasource=\${datasource}&var-job=\${__data.fields.Job}&var-instance=\${__data.fields.Instance}&var-target=\${__data.fields.Target}&\${__url_time_range}`,
}

/** The columns in order, under their headings; the others are there and not shown. */
function organized({ queries, labels }: Table) {
  const values = queries.map(({ legend: heading, hidden = false }, index) => ({
    field: `Value #${refId(index)}`,
    heading,
    isShown: !hidden,
  }))
  const columns = [
    ...Object.entries(labels).map(([field, heading]) => ({ field, heading, isShown: true })),
    ...values,
  ]
  const others = ['Time', 'job', 'instance', 'target'].filter((field) => !(field in labels))
  return {
    renameByName: Object.fromEntries(columns.map(({ field, heading }) => [field, heading])),
    indexByName: Object.fromEntries(columns.map(({ field }, index) => [field, index])),
    excludeByName: Object.fromEntries([
      ...others.map((field) => [field, true]),
      ...columns.map(({ field, isShown }) => [field, !isShown]),
    ]),
  }
}

function targetOf({ expr, legend: name }: Query, index: number, { select }: PanelPlacement) {
  return new DataqueryBuilder()
    .refId(refId(index))
    .datasource(dataSource)
    .expr(select(expr))
    .legendFormat(name)
}

function refId(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index)
}

function thresholds([first, ...steps]: Colors) {
  return new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps([{ value: null, color: first }, ...steps.map(([value, color]) => ({ value, color }))])
}

function mappings(states: States): ValueMapping[] {
  const options = Object.entries(states).map(
    ([value, [text, color]], index) => [value, { text, color, index }] as const,
  )
  return [{ type: MappingType.ValueToText, options: Object.fromEntries(options) }]
}

function legend(calcs: string[]) {
  return new VizLegendOptionsBuilder()
    .showLegend(true)
    .placement(LegendPlacement.Bottom)
    .displayMode(calcs.length > 0 ? LegendDisplayMode.Table : LegendDisplayMode.List)
    .calcs(calcs)
}

function tooltip() {
  return new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending)
}
