import { collectDefaultMetrics, Registry } from 'prom-client'
import { type EncodedBody, encodeBody } from './encoded-body.ts'
import type { OwnMetrics } from './own-metrics.ts'

const refreshMilliseconds = 1000

/** What the exporter tells of itself, encoded ahead of the scrapes. */
export interface SelfBody {
  current(): EncodedBody
  /** Encodes anew; to be called when a poll has ended, so that its counts are served with it. */
  refresh(): Promise<void>
  stop(): void
}

/**
 * Encodes our own metrics and, under the names of prom-client, those of the process and Node.js.
 * Reading the latter takes longer than a whole scrape, so it is done once a second.
 */
export async function startSelfBody(
  ownMetrics: Pick<OwnMetrics, 'render'>,
  onError: (error: unknown) => void,
): Promise<SelfBody> {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  let runtime = await registry.metrics()
  let current = await encodeBody(runtime)

  async function refresh(): Promise<void> {
    current = await encodeBody(runtime + (await ownMetrics.render()))
  }
  async function refreshAll(): Promise<void> {
    runtime = await registry.metrics()
    await refresh()
  }

  await refresh()
  const timer = setInterval(() => void refreshAll().catch(onError), refreshMilliseconds)
  return { current: () => current, refresh, stop: () => clearInterval(timer) }
}
