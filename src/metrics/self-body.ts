import { collectDefaultMetrics, Registry } from 'prom-client'
import { toMicroseconds } from '../clock.ts'
import { type EncodedBody, encodeBody } from './encoded-body.ts'
import type { OwnMetrics } from './own-metrics.ts'

const refreshMilliseconds = 1000
const hourMilliseconds = 3_600_000

/** What prom-client tells of our process and of Node.js, by the beginning of the names. */
export type ProcessFamilies = readonly ('process' | 'nodejs')[]

/** What the exporter tells of itself, encoded ahead of the scrapes. */
export interface SelfBody {
  current(): EncodedBody
  /** Encodes anew; to be called when a poll has ended, so that its counts are served with it. */
  refresh(): Promise<void>
  stop(): void
}

/**
 * Encodes our own metrics and, under the names of prom-client, those families of the process and
 * Node.js that are wanted. Reading the latter takes longer than a whole scrape, so it is done once
 * a second.
 */
export async function startSelfBody(
  ownMetrics: Pick<OwnMetrics, 'render'>,
  families: ProcessFamilies,
  onError: (error: unknown) => void,
): Promise<SelfBody> {
  const registry = processRegistry(families)
  const readRuntime = async () => withoutFalseDigits(await registry.metrics())
  let runtime = await readRuntime()
  let current = await encodeBody(runtime)

  async function refresh(): Promise<void> {
    current = await encodeBody(runtime + (await ownMetrics.render()))
  }
  async function refreshAll(): Promise<void> {
    runtime = await readRuntime()
    await refresh()
  }

  await refresh()
  const timer = setInterval(() => void refreshAll().catch(onError), refreshMilliseconds)
  return { current: () => current, refresh, stop: () => clearInterval(timer) }
}

// Sums of durations gather digits that were never measured.
function withoutFalseDigits(text: string): string {
  return text.replace(
    /(_seconds\w*(?:\{[^\n]*\})? )(\d+\.\d{7,})$/gm,
    (_line, series: string, value: string) => `${series}${toMicroseconds(Number(value))}`,
  )
}

// prom-client has all or nothing. What is taken out again is not read any more; but its watch on
// the event loop, a timer every 10 ms, goes on by itself and is slowed down where nobody looks.
function processRegistry(families: ProcessFamilies): Registry {
  const registry = new Registry()
  if (families.length === 0) return registry
  const slow = { eventLoopMonitoringPrecision: hourMilliseconds }
  collectDefaultMetrics({ register: registry, ...(families.includes('nodejs') ? {} : slow) })
  for (const { name } of registry.getMetricsAsArray())
    if (!families.some((family) => name.startsWith(`${family}_`))) registry.removeSingleMetric(name)
  return registry
}
