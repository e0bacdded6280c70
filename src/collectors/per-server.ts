/** More servers than one exporter watches, so that what is dropped belongs to runs long over. */
const mostServers = 10_000

/**
 * What a collector remembers of each run of a server, by its run_id. It forgets those that it was
 * not asked about for longest.
 */
export function createPerServer<T>(most = mostServers) {
  const states = new Map<string, T>()
  return {
    get: (runId: string): T | undefined => states.get(runId),
    set(runId: string, state: T): void {
      states.delete(runId)
      states.set(runId, state)
      const [oldest] = states.keys()
      if (states.size > most && oldest !== undefined) states.delete(oldest)
    },
  }
}
