import type { ServerResponse } from 'node:http'

// What the system takes of that in one go takes well below a millisecond.
const largestStep = 1024 * 1024

/**
 * Ends a response with these chunks, as they are: what waits for a slow client is references. Large
 * ones go out step by step, each when the one before is with the system, so that neither a fast
 * client nor a large body holds the event loop.
 */
export function sendChunks(
  response: ServerResponse,
  chunks: readonly Buffer[],
  last: Buffer,
): void {
  let next = 0

  function step(): void {
    // Should the client have gone in the meantime, all of this does nothing.
    response.cork()
    let bytes = 0
    for (const chunk of chunks.slice(next)) {
      if (bytes >= largestStep) break
      response.write(chunk)
      bytes += chunk.length
      next += 1
    }
    if (next < chunks.length) response.once('drain', () => setImmediate(step))
    else response.end(last)
    response.uncork()
  }
  step()
}
