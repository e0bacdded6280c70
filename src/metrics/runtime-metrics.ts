import { collectDefaultMetrics, Registry } from 'prom-client'
import { type EncodedBody, encodeBody } from './encoded-body.ts'

const refreshMilliseconds = 1000

export interface RuntimeMetrics {
  /** As they were at most a second ago: reading them takes longer than a whole scrape. */
  current(): EncodedBody
  stop(): void
}

/** Process and Node.js metrics under the names of prom-client, encoded anew every second. */
export async function startRuntimeMetrics(
  onError: (error: unknown) => void,
): Promise<RuntimeMetrics> {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const encodeNow = async () => encodeBody(await registry.metrics())
  let current = await encodeNow()
  const timer = setInterval(() => {
    encodeNow().then((body) => {
      current = body
    }, onError)
  }, refreshMilliseconds)
  return { current: () => current, stop: () => clearInterval(timer) }
}
