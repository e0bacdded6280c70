import { header, label, line } from './encode.ts'
import { holdMetrics, type Rendered } from './held-metrics.ts'
import { counter, gauge, type Metric } from './metric.ts'
import { renewalFailures } from './target-counts.ts'
import type { FileState } from './targets-file-metrics.ts'

const source = ['source'] as const

/** The exporter's metrics about how it finds topologies; they exist where a target leads to one. */
export const discoveryMetrics = {
  success: gauge(
    'exporter_discovery_last_successful',
    'Whether it could be found out who belongs to a Cluster or to Sentinels when they were asked last, by what leads there; 0 also while what was found before still holds, or nodes share an address (the exporter)',
    source,
  ),
  timestamp: gauge(
    'exporter_discovery_last_success_timestamp_seconds',
    'When it last could be found out, in seconds since 1970 (the exporter)',
    source,
  ),
  renewalsFailed: counter(
    'exporter_discovery_connection_renewals_failed_total',
    'Times that no new connection could take the place of an old one over which it is asked who belongs to a Cluster or to Sentinels, by reason: the old one goes on, wherever it leads (the exporter)',
    ['reason'],
  ),
} satisfies Record<string, Metric>

/** What leads to a topology, and how it was when it was asked last. */
export interface DiscoveryState extends FileState {
  readonly name: string
}

export interface DiscoveryMetrics extends Rendered {
  /** No new connection could take the place of an old one. */
  renewalFailed(reason: string): void
}

/** `states` gives those that were asked by now, each name once. */
export function createDiscoveryMetrics(
  namespace: string,
  states: () => readonly DiscoveryState[],
): DiscoveryMetrics {
  const held = holdMetrics(namespace)
  const renewalsFailed = held.counter(discoveryMetrics.renewalsFailed)
  for (const reason of renewalFailures) renewalsFailed.inc({ reason }, 0)

  function family(metric: Metric, read: (state: DiscoveryState) => number | undefined): string {
    const name = `${namespace}_${metric.name}`
    const lines = states().map((state) => {
      const value = read(state)
      return value === undefined ? '' : line(name, [label('source', state.name)], value)
    })
    const text = lines.join('')
    return text === '' ? '' : header(name, metric) + text
  }

  return {
    renewalFailed: (reason) => renewalsFailed.inc({ reason }),
    render: async () =>
      family(discoveryMetrics.success, ({ failure }) => (failure === undefined ? 1 : 0)) +
      family(discoveryMetrics.timestamp, ({ lastSuccess }) =>
        lastSuccess === undefined ? undefined : lastSuccess / 1e3,
      ) +
      (states().length === 0 ? '' : await held.render()),
  }
}
