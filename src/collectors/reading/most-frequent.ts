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
  // Of tens of thousands of names only some are held and sorted at a time.
  let best: Counted[] = []
  let least: Counted | undefined
  let all = 0
  for (const one of counts) {
    all += one[1]
    if (least !== undefined && byRank(one, least) > 0) continue
    best.push(one)
    if (best.length < 2 * most) continue
    best = best.sort(byRank).slice(0, most)
    least = best.at(-1)
  }
  const shown = new Map(best.sort(byRank).slice(0, most))
  const rest = [...shown.values()].reduce((sum, count) => sum - count, all)
  if (rest > 0) shown.set(other, (shown.get(other) ?? 0) + rest)
  return shown
}

type Counted = readonly [name: string, count: number]

function byRank([name, count]: Counted, [otherName, otherCount]: Counted): number {
  return otherCount - count || (name < otherName ? -1 : 1)
}

/** Counts one more of a name. */
export function countOne(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}
