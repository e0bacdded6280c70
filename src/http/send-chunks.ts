import type { ServerResponse } from 'node:http'

// What the system takes of that in one go takes well below a millisecond.
const largestStep = 1024 * 1024

/** Sends what is too large for one piece. */
export interface SendChunks {
  /** Ends a response with these chunks and the last one, as they are. */
  (response: ServerResponse, chunks: readonly Buffer[], last: Buffer): void
  /** Whether a response of so many bytes may go in one piece in this turn; if so, it is counted. */
  atOnce(bytes: number): boolean
}

/**
 * What waits for a slow client is references. Large bodies go out step by step, each when the one
 * before is with the system, and all responses together take one step in a turn of the event loop,
 * so that neither a large body nor many clients at once hold it.
 */
export function createSendChunks(): SendChunks {
  const steps: (() => number)[] = []
  let left = largestStep
  let isTurnAwaited = false

  function run(): void {
    for (let step = steps.shift(); step; step = left > 0 ? steps.shift() : undefined) left -= step()
    awaitTurn()
  }
  // Another round of the event loop for each small response would cost more than the response.
  function awaitTurn(): void {
    if (isTurnAwaited || (steps.length === 0 && left > largestStep / 2)) return
    isTurnAwaited = true
    setImmediate(() => {
      isTurnAwaited = false
      left = largestStep
      run()
    })
  }
  function take(step: () => number): void {
    steps.push(step)
    if (left > 0) run()
  }

  function atOnce(bytes: number): boolean {
    if (left <= 0) return false
    left -= bytes
    awaitTurn()
    return true
  }

  function sendChunks(response: ServerResponse, chunks: readonly Buffer[], last: Buffer): void {
    let next = 0

    function step(): number {
      // Should the client have gone in the meantime, all of this does nothing.
      response.cork()
      let bytes = 0
      for (const chunk of chunks.slice(next)) {
        if (bytes >= largestStep) break
        response.write(chunk)
        bytes += chunk.length
        next += 1
      }
      if (next < chunks.length) response.once('drain', () => take(step))
      else response.end(last)
      response.uncork()
      return bytes
    }
    take(step)
  }
  return Object.assign(sendChunks, { atOnce })
}
