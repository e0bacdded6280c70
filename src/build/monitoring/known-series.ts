import type { Metric } from '../../metrics/metric.ts'
import type { RecordingRule } from './alert.ts'
import { readPromql } from './read-promql.ts'

/** The namespace that nobody changed. */
const namespace = 'redis_'

// Of the scrape, and of every target where there are several.
const ofScrape = ['job', 'instance', 'target']

/**
 * What an expression, or what shows these labels of it, speaks of that no declaration knows, in words;
 * nothing when all is well.
 */
export type UnknownSeries = (expression: string, labels?: readonly string[]) => readonly string[]

/** Series that others tell, and their labels. */
export type OtherSeries = Readonly<Record<string, readonly string[]>>

/** Looks for names that are not declared: what is renamed breaks the build and not an alert at night. */
export function unknownSeries(
  metrics: readonly Metric[],
  recorded: readonly RecordingRule[],
  ofOthers: OtherSeries = {},
): UnknownSeries {
  const known = new Map<string, Set<string>>()
  for (const [name, labels] of Object.entries(ofOthers))
    known.set(name, new Set([...ofScrape, ...labels]))
  for (const metric of metrics)
    for (const [name, labels] of seriesNames(metric)) {
      const all = known.get(name) ?? new Set(ofScrape)
      for (const label of labels) all.add(label)
      known.set(name, all)
    }
  for (const { record, expr } of recorded)
    known.set(
      record,
      new Set(readPromql(expr).selected.flatMap(({ metric }) => [...(known.get(metric) ?? [])])),
    )
  return (expression, labels = []) => {
    const { selected, grouping } = readPromql(expression)
    const ofAll = new Set(selected.flatMap(({ metric }) => [...(known.get(metric) ?? [])]))
    return [
      ...selected.flatMap(({ metric, labels }) => {
        const own = known.get(metric)
        if (own === undefined) return [`the metric ${metric}`]
        return labels.filter((one) => !own.has(one)).map((one) => `the label ${one} of ${metric}`)
      }),
      ...[...grouping, ...labels].filter((one) => !ofAll.has(one)).map((one) => `the label ${one}`),
    ]
  }
}

function seriesNames({ name, type, labels, optionalLabels }: Metric) {
  const full = `${namespace}${name}`
  const own = [...labels, ...optionalLabels]
  const sums = [`${full}_sum`, `${full}_count`].map((one) => [one, own] as const)
  if (type === 'histogram') return [[`${full}_bucket`, [...own, 'le']] as const, ...sums]
  if (type === 'summary') return [[full, [...own, 'quantile']] as const, ...sums]
  return [[full, own] as const]
}
