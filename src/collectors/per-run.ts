import type { ServerInfo } from '../redis/server-info.ts'

/**
 * Keeps something for each run of a server, from its start to its end, and forgets the one that
 * was not asked for longest when there are too many.
 */
export function perRun<T>(create: () => T, most = 1000): (server: ServerInfo) => T {
  const kept = new Map<string, T>()
  return ({ runId }) => {
    const found = kept.get(runId) ?? create()
    // Those asked for last stand at the end.
    kept.delete(runId)
    kept.set(runId, found)
    for (const oldest of kept.keys()) {
      if (kept.size <= most) break
      kept.delete(oldest)
    }
    return found
  }
}
