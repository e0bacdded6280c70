import type { Clock } from '../clock.ts'

/** As long as a poll takes of our thread, and once more for whatever comes between. */
const apartMilliseconds = 5

/**
 * Begins one after the other what is due at about the same time, so that whoever asks meanwhile waits for one of
 * them, not for all. The more wait, the sooner the next one begins: a hundred at once have all begun after some
 * thirty milliseconds, and as many as there may be never wait for longer and longer.
 */
export function createBeginApart(clock: Pick<Clock, 'monotonic'>): (begin: () => void) => void {
  const waiting: (() => void)[] = []
  let last = -Infinity
  let isAwaited = false

  function beginNow(begin: () => void): void {
    last = clock.monotonic()
    begin()
  }

  function beginNext(): void {
    isAwaited = false
    const begin = waiting.shift()
    if (begin) beginNow(begin)
    awaitNext()
  }

  function awaitNext(): void {
    if (isAwaited || waiting.length === 0) return
    isAwaited = true
    const next = last + apartMilliseconds / waiting.length
    setTimeout(beginNext, Math.max(0, next - clock.monotonic()))
  }

  return (begin) => {
    if (waiting.length === 0 && clock.monotonic() - last >= apartMilliseconds)
      return beginNow(begin)
    waiting.push(begin)
    awaitNext()
  }
}
