import { expect, test } from 'vitest'
import { createTargetCounts } from '../../src/metrics/target-counts.ts'

test('the counts of a collector that was seen begin at 0, and are there once', () => {
  const counts = createTargetCounts('redis')
  counts.collectorSeen('slowlog', ['noperm', 'parse'])
  counts.collectorSeen('slowlog', ['noperm', 'parse'])

  expect(counts.lines('collectorErrors')).toBe(
    'redis_exporter_collector_errors_total{collector="slowlog",reason="noperm"} 0\n' +
      'redis_exporter_collector_errors_total{collector="slowlog",reason="parse"} 0\n',
  )
  for (const metric of ['rejectedFields', 'seriesLeftOut'] as const)
    expect(counts.lines(metric)).toMatch(/^\w+\{collector="slowlog"\} 0\n$/)
})

test('what is counted stands where it began, and what nobody expected behind it', () => {
  const counts = createTargetCounts('redis')
  for (const collector of ['slowlog', 'memory']) counts.collectorSeen(collector, ['parse'])
  counts.collectorFailed('slowlog', 'odd')
  counts.collectorFailed('memory', 'parse')
  counts.collectorFailed('memory', 'parse')
  counts.fieldsRejected('memory', 3)
  counts.seriesLeftOut('keyspace', 4)

  expect(counts.lines('collectorErrors')).toBe(
    'redis_exporter_collector_errors_total{collector="slowlog",reason="parse"} 0\n' +
      'redis_exporter_collector_errors_total{collector="memory",reason="parse"} 2\n' +
      'redis_exporter_collector_errors_total{collector="slowlog",reason="odd"} 1\n',
  )
  expect(counts.lines('rejectedFields')).toBe(
    'redis_exporter_rejected_fields_total{collector="slowlog"} 0\n' +
      'redis_exporter_rejected_fields_total{collector="memory"} 3\n',
  )
  expect(counts.lines('seriesLeftOut')).toBe(
    'redis_exporter_series_left_out_total{collector="slowlog"} 0\n' +
      'redis_exporter_series_left_out_total{collector="memory"} 0\n' +
      'redis_exporter_series_left_out_total{collector="keyspace"} 4\n',
  )
})

test('failed renewals of a connection begin at 0 for what is expected, and are counted by reason', () => {
  const counts = createTargetCounts('redis')
  for (const reason of ['auth', 'protocol', 'auth']) counts.renewalFailed(reason)

  expect(counts.lines('renewalsFailed')).toBe(
    'redis_exporter_connection_renewals_failed_total{reason="timeout"} 0\n' +
      'redis_exporter_connection_renewals_failed_total{reason="connection"} 0\n' +
      'redis_exporter_connection_renewals_failed_total{reason="tls"} 0\n' +
      'redis_exporter_connection_renewals_failed_total{reason="auth"} 2\n' +
      'redis_exporter_connection_renewals_failed_total{reason="protocol"} 1\n',
  )
})

test('the counts of one target are none of another, though the same collectors were seen', () => {
  const [one, other] = [createTargetCounts('redis'), createTargetCounts('redis')]
  for (const counts of [one, other]) counts.collectorSeen('slowlog', ['parse'])
  one.collectorFailed('slowlog', 'parse')

  expect(one.lines('collectorErrors')).toMatch(/ 1\n$/)
  expect(other.lines('collectorErrors')).toMatch(/ 0\n$/)
})
