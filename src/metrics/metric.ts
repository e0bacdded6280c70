/** The types of the text format that we use. */
export type MetricType = 'gauge' | 'counter' | 'histogram' | 'summary'

/**
 * A metric without its values. `name` comes without the namespace.
 * `optionalLabels` are left out of a series when the server does not report them.
 */
export interface Metric<L extends string = string, O extends string = string> {
  readonly name: string
  readonly type: MetricType
  readonly help: string
  readonly labels: readonly L[]
  readonly optionalLabels: readonly O[]
  /** Which servers report it, such as `Redis 8.0, Valkey 9.1`; undefined where all do. */
  readonly since?: string
  /** How it was tested, where that is not on a running server of the oldest release that has it. */
  readonly tested?: Tested
}

/**
 * `live`: on a running server, with its version. `recorded`: with the reply of a server that was
 * run once. `documented`: with a reply written after the documentation or the source of the server.
 */
export type Tested = `live: ${string}` | 'recorded' | 'documented'

/** A histogram read from elsewhere: upper bounds with cumulative counts, ascending, without +Inf. */
export interface HistogramValue {
  readonly buckets: readonly (readonly [upperBound: number, cumulativeCount: number])[]
  /** Undefined where the server does not tell it; the format admits a histogram without. */
  readonly sum: number | undefined
  readonly count: number
}

/** A summary read from elsewhere; the quantile is the text that the label shall hold. */
export interface SummaryValue {
  readonly quantiles: readonly (readonly [quantile: string, value: number])[]
  readonly sum: number
  readonly count: number
}

/** One value of a metric: a number, or the numbers that make up a histogram or summary. */
export interface Sample {
  readonly metric: Metric
  readonly labels: Readonly<Record<string, string>>
  readonly value: number | HistogramValue | SummaryValue
}

/** The series that a sample stands for: a histogram is one for each bucket, and three. */
export function seriesOf({ value }: Sample): number {
  if (typeof value === 'number') return 1
  // +Inf, _sum and _count stand beside the buckets, _sum and _count beside the quantiles.
  if ('quantiles' in value) return value.quantiles.length + 2
  return value.buckets.length + (value.sum === undefined ? 2 : 3)
}

export function countSeries(samples: readonly Sample[]): number {
  return samples.reduce((sum, one) => sum + seriesOf(one), 0)
}

type LabelArguments<L extends string, O extends string> = [L | O] extends [never]
  ? []
  : [labels: Readonly<Record<L, string>> & Readonly<Partial<Record<O, string>>>]

type Declare = <const L extends string = never, const O extends string = never>(
  name: string,
  help: string,
  labels?: readonly L[],
  optionalLabels?: readonly O[],
) => Metric<L, O>

function declare(type: MetricType): Declare {
  return (name, help, labels = [], optionalLabels = []) => ({
    name,
    type,
    help,
    labels,
    optionalLabels,
  })
}

export const gauge = declare('gauge')
export const counter = declare('counter')
export const histogram = declare('histogram')
export const summary = declare('summary')

/** The metric as one that only newer servers report. */
export function newer<M extends Metric>(metric: M, since: string, tested: Tested): M {
  return { ...metric, since, tested }
}

const noLabels: Sample['labels'] = {}

/** A sample; a missing, unknown or superfluous label does not compile. */
export function sample<L extends string, O extends string>(
  metric: Metric<L, O>,
  value: Sample['value'],
  ...[labels]: LabelArguments<L, O>
): Sample {
  return { metric, value, labels: labels ?? noLabels }
}
