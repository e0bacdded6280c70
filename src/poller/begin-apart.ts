import type { Clock } from '../clock.ts'

/** As long as a poll takes of our thread, and once more for whatever comes between. */
const apartMilliseconds = 5
/** What a timer takes at least. */
const leastApartMilliseconds = 1
/** Of what a turn of the event loop made late: three begin together at most. */
const mostMadeUpMilliseconds = 2

/**
 * Begins one after the other what is due at about the same time, so that whoever asks meanwhile waits for one of
 * them, not for all; after a pause of the machine that may be thousands. The more wait, the sooner the next one
 * begins; where turns of the event loop take longer than that, three together.
 */
export function createBeginApart(clock: Pick<Clock, 'monotonic'>): (begin: () => void) => void {
  const waiting: (() => void)[] = []
  let last = -Infinity
  let isAwaited = false

  function nextAt(): number {
    return last + Math.max(leastApartMilliseconds, apartMilliseconds / waiting.length)
  }

  function beginDue(planned: number): void {
    isAwaited = false
    const now = clock.monotonic()
    const first = Math.max(planned, now - mostMadeUpMilliseconds)
    for (let at = first; waiting.length > 0 && at <= now; at = nextAt()) {
      last = at
      waiting.shift()?.()
    }
    awaitNext()
  }

  function awaitNext(): void {
    if (isAwaited || waiting.length === 0) return
    isAwaited = true
    const planned = nextAt()
    setTimeout(() => beginDue(planned), Math.max(0, planned - clock.monotonic()))
  }

  return (begin) => {
    const now = clock.monotonic()
    if (waiting.length === 0 && now - last >= apartMilliseconds) {
      last = now
      return begin()
    }
    waiting.push(begin)
    awaitNext()
  }
}
