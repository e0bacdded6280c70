import { expect, test } from 'vitest'
import { createDiscoveryMetrics, type DiscoveryState } from '../../src/metrics/discovery-metrics.ts'
import { withoutHelp } from '../support/fake-poll.ts'
import { unindented } from '../support/unindented.ts'

const works = { name: 'cluster redis://a:7000', failure: undefined, lastSuccess: 1_000 }

async function told(states: readonly DiscoveryState[], ...failedRenewals: readonly string[]) {
  const metrics = createDiscoveryMetrics('redis', () => states)
  for (const reason of failedRenewals) metrics.renewalFailed(reason)
  return withoutHelp(await metrics.render())
}

test('each source is told with whether it works and when it last did', async () => {
  const text = await told([
    { name: 'cluster redis://a:7000', failure: undefined, lastSuccess: 1_764_150_000_500 },
    { name: 'sentinel redis://"b":26379', failure: 'nobody answers', lastSuccess: 2_000 },
    { name: 'cluster redis://never', failure: 'nobody answers', lastSuccess: undefined },
  ])

  expect(text).toContain(unindented`
    # TYPE redis_exporter_discovery_last_successful gauge
    redis_exporter_discovery_last_successful{source="cluster redis://a:7000"} 1
    redis_exporter_discovery_last_successful{source="sentinel redis://\\"b\\":26379"} 0
    redis_exporter_discovery_last_successful{source="cluster redis://never"} 0
    # TYPE redis_exporter_discovery_last_success_timestamp_seconds gauge
    redis_exporter_discovery_last_success_timestamp_seconds{source="cluster redis://a:7000"} 1764150000.5
    redis_exporter_discovery_last_success_timestamp_seconds{source="sentinel redis://\\"b\\":26379"} 2
  `)
})

test('connections that could not be renewed are counted by reason, from 0 on', async () => {
  expect(await told([works], 'auth', 'protocol', 'auth')).toContain(unindented`
    # TYPE redis_exporter_discovery_connection_renewals_failed_total counter
    redis_exporter_discovery_connection_renewals_failed_total{reason="timeout"} 0
    redis_exporter_discovery_connection_renewals_failed_total{reason="connection"} 0
    redis_exporter_discovery_connection_renewals_failed_total{reason="tls"} 0
    redis_exporter_discovery_connection_renewals_failed_total{reason="auth"} 2
    redis_exporter_discovery_connection_renewals_failed_total{reason="protocol"} 1
  `)
})

test('where no target leads to others nothing is told', async () => {
  expect(await told([])).toBe('')
})
