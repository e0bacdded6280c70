import type { ExtraLabels } from './encode.ts'
import { gauge, type Sample, sample } from './metric.ts'

/** What a poll tells about itself beside what it read, in the output of its target. */
export const pollMetrics = {
  up: gauge('up', 'Whether the last poll reached the server (the poll)'),
  lastError: gauge(
    'exporter_last_scrape_error',
    'Why the last poll failed: 1 with the reason, or 0 with none (the poll)',
    ['err'],
  ),
  lastDuration: gauge(
    'exporter_last_scrape_duration_seconds',
    'How long the last poll took (the poll)',
  ),
  lastConnectTime: gauge(
    'exporter_last_scrape_connect_time_seconds',
    'How long the last poll took to connect; 0 on a connection from before (the poll)',
  ),
  lastPingTime: gauge(
    'exporter_last_scrape_ping_time_seconds',
    'How long a PING took at the end of the last poll, where that is asked for (PING)',
  ),
  certificateExpiry: gauge(
    'tls_certificate_expiry_timestamp_seconds',
    'When a certificate expires that was shown on the connection of the last poll, by the server or by us as its client, in seconds since 1970 (the TLS handshake)',
    ['use'],
  ),
  timestamp: gauge(
    'exporter_snapshot_timestamp_seconds',
    'When the poll began that these values come from, in seconds since 1970 (the poll)',
  ),
  collectorDuration: gauge(
    'exporter_collector_duration_seconds',
    'How long a collector took, with the round trip that all share (the poll)',
    ['collector'],
  ),
  collectorSuccess: gauge(
    'exporter_collector_success',
    'Whether a collector could read all it wanted (the poll)',
    ['collector'],
  ),
}

/** The parts of a poll's result that these metrics show. */
export interface PollFigures {
  /** Why the target is down; undefined when it is up. */
  readonly failure: string | undefined
  readonly seconds: number
  readonly connectSeconds: number
  readonly pingSeconds?: number | undefined
  readonly certificates?: readonly { readonly use: string; readonly expires: number }[]
  readonly unixSeconds: number
  readonly collectors: readonly {
    readonly name: string
    readonly seconds: number
    readonly error?: unknown
    /** Parts that failed on their own. */
    readonly failedParts?: ReadonlyMap<string, unknown>
  }[]
}

export function pollSamples(result: PollFigures): Sample[] {
  const { pingSeconds, certificates = [] } = result
  return [
    ...stateSamples(result.unixSeconds, result.failure),
    sample(pollMetrics.lastDuration, result.seconds),
    sample(pollMetrics.lastConnectTime, result.connectSeconds),
    ...(pingSeconds === undefined ? [] : [sample(pollMetrics.lastPingTime, pingSeconds)]),
    ...certificates.map(({ use, expires }) =>
      sample(pollMetrics.certificateExpiry, expires, { use }),
    ),
    ...result.collectors.flatMap(({ name, seconds, error, failedParts }) => [
      sample(pollMetrics.collectorDuration, seconds, { collector: name }),
      sample(pollMetrics.collectorSuccess, error || failedParts?.size ? 0 : 1, {
        collector: name,
      }),
    ]),
  ]
}

/** What is served of a target in any state: whether it is up, why not, and since when we know. */
export function stateSamples(unixSeconds: number, error: string | undefined): Sample[] {
  return [
    sample(pollMetrics.up, error === undefined ? 1 : 0),
    sample(pollMetrics.lastError, error === undefined ? 0 : 1, { err: error ?? '' }),
    sample(pollMetrics.timestamp, unixSeconds),
  ]
}

// What is measured before the role is known; dashboards know these two without the label.
const withoutRole = new Set([
  pollMetrics.lastConnectTime.name,
  'exporter_last_scrape_ping_time_seconds',
])

const longestRole = 64

/** The label that tells the role of a server in all series of its target, where that is wanted. */
export function roleLabel(role: string): ExtraLabels {
  // It stands in every series: what is no role would make each of them as long.
  const labels = { instance_role: role.length > longestRole ? '' : role }
  return ({ name }) => (withoutRole.has(name) ? {} : labels)
}
