import { expect, test } from 'vitest'
import { encode } from '../../src/metrics/encode.ts'
import { gauge } from '../../src/metrics/metric.ts'
import {
  type PollFigures,
  pollSamples,
  roleLabel,
  stateSamples,
} from '../../src/metrics/poll-metrics.ts'
import { textOf, withoutHelp } from '../support/fake-poll.ts'
import { unindented } from '../support/unindented.ts'

const figures: PollFigures = {
  failure: undefined,
  seconds: 0.25,
  connectSeconds: 0.125,
  unixSeconds: 1_700_000_000.5,
  collectors: [],
}

function exposed(changes: Partial<PollFigures>): string {
  return textOf(pollSamples({ ...figures, ...changes }))
}

test('a poll that reached the server', () => {
  const collectors = [
    { name: 'memory', seconds: 0.001 },
    { name: 'slowlog', seconds: 0.002, error: new Error('refused') },
  ]

  expect(exposed({ collectors })).toBe(unindented`
    # TYPE redis_exporter_collector_duration_seconds gauge
    redis_exporter_collector_duration_seconds{collector="memory"} 0.001
    redis_exporter_collector_duration_seconds{collector="slowlog"} 0.002
    # TYPE redis_exporter_collector_success gauge
    redis_exporter_collector_success{collector="memory"} 1
    redis_exporter_collector_success{collector="slowlog"} 0
    # TYPE redis_exporter_last_scrape_connect_time_seconds gauge
    redis_exporter_last_scrape_connect_time_seconds 0.125
    # TYPE redis_exporter_last_scrape_duration_seconds gauge
    redis_exporter_last_scrape_duration_seconds 0.25
    # TYPE redis_exporter_last_scrape_error gauge
    redis_exporter_last_scrape_error{err=""} 0
    # TYPE redis_exporter_snapshot_timestamp_seconds gauge
    redis_exporter_snapshot_timestamp_seconds 1700000000.5
    # TYPE redis_up gauge
    redis_up 1
  `)
})

test('certificates that were shown tell when they expire', () => {
  const certificates = [
    { use: 'server', expires: 1_800_000_000 },
    { use: 'client', expires: 1_800_000_001 },
  ]

  expect(exposed({ certificates })).toContain(unindented`
    # TYPE redis_tls_certificate_expiry_timestamp_seconds gauge
    redis_tls_certificate_expiry_timestamp_seconds{use="server"} 1800000000
    redis_tls_certificate_expiry_timestamp_seconds{use="client"} 1800000001
  `)
})

test('a poll that failed', () => {
  expect(exposed({ failure: 'auth: wrong user name or password (WRONGPASS)' })).toBe(unindented`
    # TYPE redis_exporter_last_scrape_connect_time_seconds gauge
    redis_exporter_last_scrape_connect_time_seconds 0.125
    # TYPE redis_exporter_last_scrape_duration_seconds gauge
    redis_exporter_last_scrape_duration_seconds 0.25
    # TYPE redis_exporter_last_scrape_error gauge
    redis_exporter_last_scrape_error{err="auth: wrong user name or password (WRONGPASS)"} 1
    # TYPE redis_exporter_snapshot_timestamp_seconds gauge
    redis_exporter_snapshot_timestamp_seconds 1700000000.5
    # TYPE redis_up gauge
    redis_up 0
  `)
})

test('what is served when there is nothing newer says so and no more', () => {
  const { text } = encode('redis', stateSamples(1_700_000_000, 'stale'))

  expect(withoutHelp(text)).toBe(unindented`
    # TYPE redis_exporter_last_scrape_error gauge
    redis_exporter_last_scrape_error{err="stale"} 1
    # TYPE redis_exporter_snapshot_timestamp_seconds gauge
    redis_exporter_snapshot_timestamp_seconds 1700000000
    # TYPE redis_up gauge
    redis_up 0
  `)
})

test.each([
  ['exporter_last_scrape_connect_time_seconds', {}],
  ['exporter_last_scrape_ping_time_seconds', {}],
  ['exporter_last_scrape_duration_seconds', { instance_role: 'slave' }],
  ['memory_used_bytes', { instance_role: 'slave' }],
])('the role label of %s is %j', (name, labels) => {
  expect(roleLabel('slave')(gauge(name, ''))).toEqual(labels)
})

test('a poll that measured a PING', () => {
  expect(exposed({ pingSeconds: 0.002 })).toContain(unindented`
    # TYPE redis_exporter_last_scrape_ping_time_seconds gauge
    redis_exporter_last_scrape_ping_time_seconds 0.002
  `)
})
