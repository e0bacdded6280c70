import { holdMetrics, type Rendered } from './held-metrics.ts'
import { gauge, type Metric } from './metric.ts'

/** The exporter's metrics about its part of the targets; they exist where several share them. */
export const shardMetrics = {
  info: gauge(
    'exporter_shard_info',
    'Which of the exporters that share the targets this one is, from 0, and how many there are; always 1 (the exporter)',
    ['index', 'total'],
  ),
  targets: gauge('exporter_shard_targets', 'Targets that this exporter watches (the exporter)'),
  wanted: gauge(
    'exporter_shard_targets_wanted',
    'Targets that all exporters together are to watch, as far as this one knows (the exporter)',
  ),
} satisfies Record<string, Metric>

export interface ShardCounts {
  readonly ours: number
  readonly elsewhere: number
}

/** Tells which shard this is, and how many targets it has of how many. */
export function createShardMetrics(
  namespace: string,
  { index, total }: { readonly index: number; readonly total: number },
  counts: () => ShardCounts,
): Rendered {
  const held = holdMetrics(namespace)
  held.gauge(shardMetrics.info).set({ index, total }, 1)
  held.gauge(shardMetrics.targets, () => counts().ours)
  held.gauge(shardMetrics.wanted, () => counts().ours + counts().elsewhere)
  return held
}
