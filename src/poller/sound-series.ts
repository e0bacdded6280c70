import type { Metric, Sample } from '../metrics/metric.ts'
import { isSoundValue } from '../metrics/sound-value.ts'

/** The characters of the value of a label at most; a series with a longer one is rejected. */
export const longestLabel = 4_096

/** The series that a collector gave, by their labels within each metric. */
export interface SeenSeries {
  readonly withoutLabels: Set<string>
  readonly others: Map<string, Set<string>>
}

export function noSeries(): SeenSeries {
  return { withoutLabels: new Set(), others: new Map() }
}

function seenOf(seen: SeenSeries, { name, labels, optionalLabels }: Metric): Set<string> {
  if (labels.length + optionalLabels.length === 0) return seen.withoutLabels
  const known = seen.others.get(name) ?? new Set()
  if (known.size === 0) seen.others.set(name, known)
  return known
}

/**
 * Whether a sample can be served. A series that stands twice makes Prometheus refuse the whole
 * scrape, so the first one is kept; a counter below zero and a
 * histogram that is none would show nonsense.
 */
export function isNewAndSound(all: SeenSeries, sample: Sample): boolean {
  const { metric } = sample
  const seen = seenOf(all, metric)
  const series = seen === all.withoutLabels ? metric.name : labelValues(sample)
  const isSound = series !== undefined && !seen.has(series) && isSoundValue(sample)
  if (isSound) seen.add(series)
  return isSound
}

/** The values of all labels as one text; undefined where one of them is too long. */
function labelValues({ metric, labels }: Sample): string | undefined {
  const names = metric.labels.length + metric.optionalLabels.length
  let values = ''
  for (const some of [metric.labels, metric.optionalLabels])
    for (const name of some) {
      const text = labels[name] ?? ''
      if (text.length > longestLabel) return undefined
      // With the length, so that no two lists of values become one text.
      values = names === 1 ? text : `${values}${text.length}:${text}`
    }
  return values
}
