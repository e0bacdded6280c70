import type { Metric } from './metric.ts'
import { ownMetrics } from './own-metrics.ts'
import { pollMetrics } from './poll-metrics.ts'
import { walkMetrics } from './walk-metrics.ts'

/** The labels that series of the exporter may have: nobody else can give one to a target. */
export function labelNames(ofCollectors: readonly Metric[]): ReadonlySet<string> {
  const ours = [ownMetrics, pollMetrics, walkMetrics].flatMap((group) => Object.values(group))
  const all: readonly Metric[] = [...ofCollectors, ...ours]
  const declared = all.flatMap((one) => [...one.labels, ...one.optionalLabels])
  // Those of buckets and quantiles belong to the format.
  return new Set([...declared, 'instance_role', 'le', 'quantile'])
}
