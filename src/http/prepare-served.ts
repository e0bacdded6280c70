import { type PreparedBody, prepareBody } from '../metrics/encoded-body.ts'
import type { ServedSnapshot } from '../poller/snapshot-store.ts'

/**
 * Makes what puts the pieces of a snapshot in a row, once for all responses in a row that begin with the same:
 * they may be hundreds. Only the last one is kept: of a thousand targets each is mostly asked for once between
 * two polls, and what is kept for each of them is old garbage with the next.
 */
export function createPrepareServed(): (served: ServedSnapshot) => PreparedBody {
  let known: { served: ServedSnapshot; prepared: PreparedBody } | undefined
  return (served) => {
    if (known?.served !== served) known = { served, prepared: prepareBody(served.bodies) }
    return known.prepared
  }
}
