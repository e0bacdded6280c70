/** Many measurements of one thing: the middle one, and how far they lie apart. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

export function spread(values: readonly number[]): Spread {
  return { median: quantile(values, 0.5), min: Math.min(...values), max: Math.max(...values) }
}

/** The value below which the share of the values lies, between two neighbours in proportion. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const position = (sorted.length - 1) * share
  const below = sorted[Math.floor(position)] ?? Number.NaN
  const above = sorted[Math.ceil(position)] ?? Number.NaN
  // Infinity minus Infinity is no number: unanswered requests count as infinitely slow.
  return below === above ? below : below + (above - below) * (position % 1)
}

/** The quotients of what was measured side by side: noise that both met falls out. */
export function ratios(values: readonly number[], references: readonly number[]): Spread {
  return spread(values.map((value, index) => value / (references[index] ?? Number.NaN)))
}
