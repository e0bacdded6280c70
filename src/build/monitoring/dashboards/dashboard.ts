/** A dashboard as plain data; the JSON for Grafana is made of it. */
export interface Dashboard {
  /** The name of its file, and the end of its address in Grafana. */
  readonly name: string
  readonly title: string
  /** What it is for, in one line. */
  readonly help: string
  /**
   * `one`: of one server, which is chosen. `several`: of all that are chosen, which are all at first.
   * `exporters`: of exporters, whatever they watch.
   */
  readonly of: 'one' | 'several' | 'exporters'
  /** The stats, which stand in a row above the others. */
  readonly stats: readonly Stat[]
  readonly panels: readonly (Trend | Timeline | Table)[]
}

/** What a panel asks for. */
export interface Query {
  /** PromQL with the default namespace, without the labels that choose servers: each series gets those. */
  readonly expr: string
  /** How its series are called, or the heading of the column in a table. */
  readonly legend: string
}

interface Panel {
  readonly title: string
  /** What the descriptions of its metrics do not say. */
  readonly help?: string
  /** A unit of Grafana. */
  readonly unit: string
  /** The flag without which its metrics are not there; that of collectors that are off is known. */
  readonly needs?: string
}

/** From which value on a figure has a colour, in ascending order; the first is for all below. */
export type Colors = readonly [string, ...(readonly [from: number, color: string])[]]

/** What values mean. */
export type States = Readonly<Record<number, readonly [text: string, color: string]>>

/** One figure. */
export interface Stat extends Panel {
  readonly kind: 'stat'
  readonly queries: readonly [Query]
  readonly colors?: Colors
  readonly states?: States
  /** Whether it shows what the series is called in the place of its value. */
  readonly showsName?: boolean
  /** What stands there when there is nothing. */
  readonly none?: string
}

/** Curves. */
export interface Trend extends Panel {
  readonly kind: 'trend'
  readonly queries: readonly Query[]
  readonly stacked?: boolean
  readonly colors?: Colors
  /** For a share: 1. */
  readonly most?: number
}

/** States over time, a line for each series. */
export interface Timeline extends Panel {
  readonly kind: 'timeline'
  readonly queries: readonly Query[]
  readonly states: States
}

/** A row for each server or whatever the labels tell, a column for each query. */
export interface Table extends Panel {
  readonly kind: 'table'
  readonly queries: readonly Column[]
  /** Labels that are columns, and what they are called. */
  readonly labels: Readonly<Record<string, string>>
  /** Whether the name of a server leads to its dashboard. */
  readonly leadsToServer?: boolean
}

export interface Column extends Query {
  readonly unit?: string
  readonly colors?: Colors
  readonly states?: States
  /** Only its labels are shown. */
  readonly hidden?: boolean
}

/** Good below the first, bad from the second on. */
export const rising = (warning: number, critical: number): Colors => [
  'green',
  [warning, 'orange'],
  [critical, 'red'],
]

/** Bad below the first, good from the second on. */
export const falling = (critical: number, warning: number): Colors => [
  'red',
  [critical, 'orange'],
  [warning, 'green'],
]

/** Anything above 0 is bad. */
export const noneIsGood: Colors = ['green', [1, 'red']]

export const brokenLinks: Stat = {
  kind: 'stat',
  title: 'Replicas without a link',
  unit: 'none',
  queries: [{ expr: 'sum(redis_master_link_up == bool 0)', legend: 'broken' }],
  colors: noneIsGood,
  none: 'no replicas',
}

export const upOrDown: States = { 0: ['down', 'red'], 1: ['up', 'green'] }
export const okOrNot: States = { 0: ['failing', 'red'], 1: ['ok', 'green'] }

/** How a server is called, in every way of scraping. */
export const serverLegend = '{{instance}} {{target}}'

/** What tells one server from another in every way of scraping. */
export const serverLabels = 'job, instance, target'

/** How fast a counter rises, per second. */
export const rate = (metric: string) => `rate(${metric}[$__rate_interval])`

/** The ten that have most. */
export const most = (expr: string) => `topk(10, ${expr})`

/**
 * The sum over all servers, each once: two exporters may watch the same one, as the replicas of a
 * deployment do, and an exporter may be scraped in two ways.
 */
export const sumOfEach = (expr: string, labels = '') =>
  `sum(max by (run_id) (${expr} * on (${serverLabels}) group_left (run_id) max by (${serverLabels}, run_id) (redis_instance_info${labels})))`

export const hitRatio = `${rate('redis_keyspace_hits_total')} / (${rate('redis_keyspace_hits_total')} + ${rate('redis_keyspace_misses_total')} > 0)`

export const memoryRatio = 'redis_memory_used_bytes / (redis_memory_max_bytes > 0)'
