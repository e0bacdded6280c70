import { holdMetrics, type Rendered } from './held-metrics.ts'
import { gauge, type Metric } from './metric.ts'

/** The exporter's metrics about the targets file; they exist with one alone. */
export const targetsFileMetrics = {
  success: gauge(
    'exporter_targets_file_last_reload_successful',
    'Whether the targets file as it stands is in force: 0 while it has mistakes or cannot be read (the exporter)',
  ),
  timestamp: gauge(
    'exporter_targets_file_last_reload_success_timestamp_seconds',
    'When the targets file was last read without a mistake, in seconds since 1970 (the exporter)',
  ),
} satisfies Record<string, Metric>

/** What is known of the file. */
export interface FileState {
  /** Why it could not be used as it stands; undefined when all is well. */
  readonly failure: string | undefined
  /** When it last could, in milliseconds since 1970; undefined when never. */
  readonly lastSuccess: number | undefined
}

export interface TargetsFileMetrics extends Rendered {
  tell(state: FileState): void
}

export function createTargetsFileMetrics(namespace: string): TargetsFileMetrics {
  const held = holdMetrics(namespace)
  const success = held.gauge(targetsFileMetrics.success)
  const timestamp = held.gauge(targetsFileMetrics.timestamp)
  return {
    render: held.render,
    tell({ failure, lastSuccess }) {
      success.set(failure === undefined ? 1 : 0)
      if (lastSuccess === undefined) timestamp.remove()
      else timestamp.set(lastSuccess / 1e3)
    },
  }
}
