import type { Asked } from './asking-process.ts'

/**
 * How late the polls of targets began, in milliseconds: each target has its place in the interval, which
 * is where the earliest of its polls stood. Targets of which one poll alone was seen tell nothing.
 */
export function latenessOf(answers: readonly Asked[], interval: number): readonly number[] {
  const polls = new Map<number, Set<number>>()
  for (const { index, isUp, polledAt } of answers) {
    if (!isUp) continue
    const known = polls.get(index) ?? new Set()
    polls.set(index, known.add(polledAt))
  }
  return [...polls.values()].flatMap((times) => (times.size > 1 ? late([...times], interval) : []))
}

function late(times: readonly number[], interval: number): readonly number[] {
  const [first = 0] = times
  // A place may lie at the seam of the interval.
  const around = (time: number) => (((time - first) % interval) + interval * 1.5) % interval
  const places = times.map(around)
  const earliest = Math.min(...places)
  return places.map((place) => place - earliest)
}
