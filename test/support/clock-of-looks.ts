import { onTestFinished, vi } from 'vitest'

/**
 * For the rest of the test each look at the clock is a quarter of a millisecond later than the one before, so
 * that the times of a busy machine are nothing: a slice of 0.5 ms is two looks.
 */
export function countLooksAsTime(): void {
  const begun = performance.now()
  let looks = 0
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => begun + ++looks / 4)
  onTestFinished(() => clock.mockRestore())
}

/** How often the event loop turns while work is done, by a clock of looks. */
export async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  countLooksAsTime()
  let turns = 0
  await withEachTurn(() => {
    turns += 1
  }, work)
  return turns
}

/** Does something in each turn of the event loop until work is done. */
export async function withEachTurn(visit: () => void, work: () => Promise<unknown>): Promise<void> {
  let isOver = false
  const turn = () => {
    visit()
    if (!isOver) setImmediate(turn)
  }
  setImmediate(turn)
  await work()
  isOver = true
}
