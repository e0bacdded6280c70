/** What the counts of all that has no place of its own are summed under. */
export const other = 'other'

/**
 * The counts of the most frequent names, largest first, the others summed under `other`. Names
 * that are as frequent come in the order of their letters, so that the same ones stay from poll to
 * poll. What is called `other` itself is summed with the others.
 */
export function mostFrequent(
  counts: ReadonlyMap<string, number>,
  most: number,
): ReadonlyMap<string, number> {
  const all = [...counts].sort(
    ([name, count], [otherName, otherCount]) => otherCount - count || (name < otherName ? -1 : 1),
  )
  const shown = new Map(all.slice(0, most))
  const rest = all.slice(most).reduce((sum, [, count]) => sum + count, 0)
  if (rest > 0) shown.set(other, (shown.get(other) ?? 0) + rest)
  return shown
}

/** Counts one more of a name. */
export function countOne(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}
