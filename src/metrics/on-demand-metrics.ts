import { holdMetrics, type Rendered } from './held-metrics.ts'
import { counter, gauge, type Metric } from './metric.ts'

/** The exporter's metrics about what is watched because somebody asked; they exist where that is allowed. */
export const onDemandMetrics = {
  targets: gauge(
    'exporter_on_demand_targets',
    'Servers that are watched because /scrape asked for them (the exporter)',
  ),
  refusals: counter(
    'exporter_on_demand_refusals_total',
    'Servers that /scrape asked for and that were refused, by reason: form (no address), credentials (a user or a password in it), rule (none of scrape.allow), full (scrape.max-targets, or each time what all of them hold would be too much or there was no time to read one); and address, each time a name led to one that is not allowed (the exporter)',
    ['reason'],
  ),
} satisfies Record<string, Metric>

export interface OnDemandMetrics extends Rendered {
  refused(reason: string): void
  /** So many are watched by now. */
  watched(targets: number): void
}

/** The reasons are all that there are: each begins at 0. */
export function createOnDemandMetrics(
  namespace: string,
  reasons: readonly string[],
): OnDemandMetrics {
  const held = holdMetrics(namespace)
  const targets = held.gauge(onDemandMetrics.targets)
  targets.set(0)
  const refusals = held.counter(onDemandMetrics.refusals)
  for (const reason of reasons) refusals.inc({ reason }, 0)
  return {
    render: held.render,
    refused: (reason) => refusals.inc({ reason }),
    watched: (count) => targets.set(count),
  }
}
