import type { HistogramValue, Sample } from './metric.ts'

/** Whether a value is what the text format says that it is; a server may have told anything. */
export function isSoundValue({ metric, value }: Pick<Sample, 'metric' | 'value'>): boolean {
  if (typeof value === 'number') return metric.type !== 'counter' || value >= 0
  return 'buckets' in value ? isHistogram(value) : value.count >= 0
}

// Counts are cumulative: they begin at 0 at least, never fall, and end with that of all.
function isHistogram({ buckets, count }: HistogramValue): boolean {
  let below = -Infinity
  let soFar = 0
  for (const [bound, cumulative] of buckets) {
    if (!(bound > below && cumulative >= soFar)) return false
    below = bound
    soFar = cumulative
  }
  return count >= soFar
}
