/** What is declared of a metric's labels. */
export interface LabelledMetric {
  readonly labels: readonly string[]
  readonly optionalLabels: readonly string[]
}

// Those that the text format and we ourselves give to series.
const ours = ['le', 'quantile', 'collector', 'reason', 'result', 'err', 'instance_role']

/** The labels that series have anyway: no series may have one twice. */
export function takenLabels(metrics: readonly LabelledMetric[]): ReadonlySet<string> {
  const declared = metrics.flatMap(({ labels, optionalLabels }) => [...labels, ...optionalLabels])
  return new Set([...ours, ...declared])
}
