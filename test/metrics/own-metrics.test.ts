import { describe, expect, test } from 'vitest'
import { createOwnMetrics, ownMetrics } from '../../src/metrics/own-metrics.ts'
import { checkExposition, parseExposition } from '../support/exposition.ts'
import { withoutHelp } from '../support/fake-poll.ts'
import { unindented } from '../support/unindented.ts'

const build = { version: '1.2.3', commit: 'abc', date: '2026-01-02' }
const create = () => createOwnMetrics('redis', build)

test('before the first poll', async () => {
  expect(withoutHelp(await create().render())).toBe(unindented`
    # TYPE redis_exporter_build_info gauge
    redis_exporter_build_info{version="1.2.3",commit_sha="abc",build_date="2026-01-02",golang_version="node ${process.version}"} 1
    # TYPE redis_exporter_scrapes_total counter
    redis_exporter_scrapes_total 0
    # TYPE redis_exporter_scrape_duration_seconds summary
    redis_exporter_scrape_duration_seconds_sum 0
    redis_exporter_scrape_duration_seconds_count 0
    # TYPE redis_target_scrape_request_errors_total counter
    redis_target_scrape_request_errors_total 0
    # TYPE redis_exporter_polls_total counter
    redis_exporter_polls_total{result="up"} 0
    redis_exporter_polls_total{result="down"} 0
    # TYPE redis_exporter_poll_duration_seconds histogram
    redis_exporter_poll_duration_seconds_bucket{le="0.005"} 0
    redis_exporter_poll_duration_seconds_bucket{le="0.01"} 0
    redis_exporter_poll_duration_seconds_bucket{le="0.025"} 0
    redis_exporter_poll_duration_seconds_bucket{le="0.05"} 0
    redis_exporter_poll_duration_seconds_bucket{le="0.1"} 0
    redis_exporter_poll_duration_seconds_bucket{le="0.25"} 0
    redis_exporter_poll_duration_seconds_bucket{le="0.5"} 0
    redis_exporter_poll_duration_seconds_bucket{le="1"} 0
    redis_exporter_poll_duration_seconds_bucket{le="2.5"} 0
    redis_exporter_poll_duration_seconds_bucket{le="5"} 0
    redis_exporter_poll_duration_seconds_bucket{le="10"} 0
    redis_exporter_poll_duration_seconds_bucket{le="+Inf"} 0
    redis_exporter_poll_duration_seconds_sum 0
    redis_exporter_poll_duration_seconds_count 0
    # TYPE redis_exporter_poll_skipped_total counter
    redis_exporter_poll_skipped_total 0
    # TYPE redis_exporter_connection_renewals_failed_total counter
    redis_exporter_connection_renewals_failed_total{reason="timeout"} 0
    redis_exporter_connection_renewals_failed_total{reason="connection"} 0
    redis_exporter_connection_renewals_failed_total{reason="tls"} 0
    redis_exporter_connection_renewals_failed_total{reason="auth"} 0
    # TYPE redis_exporter_collector_errors_total counter
    # TYPE redis_exporter_rejected_fields_total counter
    # TYPE redis_exporter_series_left_out_total counter
    # TYPE redis_exporter_http_connections_closed_total counter
    redis_exporter_http_connections_closed_total{reason="silent"} 0
    redis_exporter_http_connections_closed_total{reason="idle"} 0
    redis_exporter_http_connections_closed_total{reason="stalled"} 0
    redis_exporter_http_connections_closed_total{reason="busy"} 0
    redis_exporter_http_connections_closed_total{reason="pipelining"} 0
    # TYPE redis_exporter_log_lines_dropped_total counter
    redis_exporter_log_lines_dropped_total 0
    # TYPE redis_exporter_snapshot_bytes gauge
    redis_exporter_snapshot_bytes 0
    # TYPE redis_exporter_snapshot_series gauge
    redis_exporter_snapshot_series 0
  `)
})

test('without a build, nothing is told of it, and everything else as before', async () => {
  const withBuild = await create().render()
  const without = await createOwnMetrics('redis', undefined).render()

  expect(withBuild.split('\n').filter((line) => !without.includes(line))).toEqual([
    expect.stringContaining('# HELP redis_exporter_build_info '),
    expect.stringContaining('# TYPE redis_exporter_build_info '),
    expect.stringContaining('redis_exporter_build_info{'),
  ])
})

test('every metric that is declared is rendered, with its type and help text', async () => {
  const families = parseExposition(await create().render())

  expect(families.map(({ name, type, help }) => ({ name, type, help }))).toEqual(
    Object.values(ownMetrics).map(({ name, type, help }) => ({
      name: `redis_${name}`,
      type,
      help,
    })),
  )
})

test('a poll is counted by its result and timed', async () => {
  const own = create()
  const counts = own.ofTarget('redis://one')
  counts.pollFinished('up', 0.5)
  counts.pollFinished('down', 2)
  counts.pollFinished('up', 0.25)
  const lines = (await own.render()).split('\n')

  expect(lines).toEqual(
    expect.arrayContaining([
      'redis_exporter_scrapes_total 3',
      'redis_exporter_scrape_duration_seconds_sum 2.75',
      'redis_exporter_scrape_duration_seconds_count 3',
      'redis_exporter_polls_total{result="up"} 2',
      'redis_exporter_polls_total{result="down"} 1',
      'redis_exporter_poll_duration_seconds_bucket{le="0.25"} 1',
      'redis_exporter_poll_duration_seconds_bucket{le="0.5"} 2',
      'redis_exporter_poll_duration_seconds_bucket{le="+Inf"} 3',
      'redis_exporter_poll_duration_seconds_sum 2.75',
    ]),
  )
})

test('sums of durations have no digits that were never measured', async () => {
  const own = create()
  const counts = own.ofTarget('redis://one')
  counts.pollFinished('up', 0.1)
  counts.pollFinished('up', 0.2)

  expect((await own.render()).match(/_sum .*/g)).toEqual(['_sum 0.3', '_sum 0.3'])
})

test('polls that were left out are counted', async () => {
  const own = create()
  const counts = own.ofTarget('redis://one')
  counts.pollsSkipped(2)
  counts.pollsSkipped(1)

  expect(await own.render()).toContain('\nredis_exporter_poll_skipped_total 3\n')
})

test('failures of collectors are counted by collector and reason', async () => {
  const own = create()
  const counts = own.ofTarget('redis://one')
  counts.collectorFailed('slowlog', 'noperm')
  counts.collectorFailed('latency', 'timeout')
  counts.collectorFailed('slowlog', 'noperm')

  expect(withoutHelp(await own.render())).toContain(unindented`
    # TYPE redis_exporter_collector_errors_total counter
    redis_exporter_collector_errors_total{collector="slowlog",reason="noperm"} 2
    redis_exporter_collector_errors_total{collector="latency",reason="timeout"} 1
  `)
})

test('fields that could not be read are counted by collector', async () => {
  const own = create()
  const counts = own.ofTarget('redis://one')
  counts.fieldsRejected('memory', 3)
  counts.fieldsRejected('memory', 1)

  expect(withoutHelp(await own.render())).toContain(unindented`
    # TYPE redis_exporter_rejected_fields_total counter
    redis_exporter_rejected_fields_total{collector="memory"} 4
  `)
})

test('the size of the snapshot is that of the last one', async () => {
  const own = create()
  const counts = own.ofTarget('redis://one')
  counts.snapshotPublished(70_000, 900)
  counts.snapshotPublished(60_000, 800)

  expect(withoutHelp(await own.render())).toContain(unindented`
    # TYPE redis_exporter_snapshot_bytes gauge
    redis_exporter_snapshot_bytes 60000
    # TYPE redis_exporter_snapshot_series gauge
    redis_exporter_snapshot_series 800
  `)
})

test('two of them share nothing', async () => {
  const [one, other] = [create(), create()]
  one.ofTarget('redis://one').pollFinished('up', 1)

  expect(await other.render()).toContain('\nredis_exporter_scrapes_total 0\n')
})

test('the namespace leads every name, and what is rendered is a sound body', async () => {
  const own = createOwnMetrics('valkey', { version: 'a "b"', commit: '\\', date: '\n' })
  const counts = own.ofTarget('redis://one')
  counts.pollFinished('down', 1)
  counts.collectorFailed('slowlog', 'noperm')
  const text = await own.render()

  expect(checkExposition(text)).toEqual([])
  expect(parseExposition(text).every(({ name }) => name.startsWith('valkey_'))).toBe(true)
})

describe('of several targets', () => {
  const several = () => createOwnMetrics('redis', undefined, { several: true })

  test('each has its own, from when it is met', () => {
    const own = several()
    own.ofTarget('redis://one').collectorFailed('slowlog', 'noperm')
    own.ofTarget('redis://two').pollFinished('up', 1)

    const [one, two] = ['redis://one', 'redis://two'].map(own.textOf)
    expect(checkExposition(one ?? '')).toEqual([])
    expect(one).toContain('\nredis_exporter_scrapes_total 0\n')
    expect(one).toContain('\nredis_exporter_polls_total{result="down"} 0\n')
    expect(one).toContain(
      '\nredis_exporter_collector_errors_total{collector="slowlog",reason="noperm"} 1\n',
    )
    expect(two).toContain('\nredis_exporter_scrapes_total 1\n')
    expect(two).toContain('\nredis_exporter_polls_total{result="up"} 1\n')
    expect(two).not.toContain('slowlog')
  })

  test('have the same lines as a single one, and those are no part of what is rendered', async () => {
    const all = [create(), several()].map((own) => {
      const counts = own.ofTarget('redis://one')
      counts.pollFinished('up', 0.3)
      counts.pollsSkipped(1)
      counts.renewalFailed('auth')
      counts.collectorSeen('slowlog', ['noperm', 'parse'])
      counts.fieldsRejected('memory', 1)
      counts.seriesLeftOut('keyspace', 1)
      counts.snapshotPublished(7, 8)
      return own
    })
    const [alone, one] = all
    const lines = (text = '') => text.split('\n').filter((line) => line !== '')
    const rendered = lines(await one?.render())
    const own = lines(one?.textOf('redis://one'))

    expect(
      lines(await alone?.render())
        .filter((line) => !line.includes('build_info'))
        .sort(),
    ).toEqual([...rendered, ...own].sort())
    expect(rendered.filter((line) => own.includes(line))).toEqual([])
  })

  test('one that is forgotten takes all of its series along, and none of the others', () => {
    const own = several()
    const [gone] = ['redis://one', 'redis://two'].map((name) => own.ofTarget(name))
    const before = own.textOf('redis://two')
    gone?.forget()
    gone?.pollFinished('up', 1)

    expect(own.textOf('redis://one')).toBe('')
    expect(own.textOf('redis://two')).toBe(before)
  })

  test('one that comes back begins anew, and is not forgotten with the one before it', () => {
    const own = several()
    const counts = own.ofTarget('redis://one')
    counts.pollFinished('up', 1)
    own.ofTarget('redis://one')
    counts.pollFinished('up', 1)
    counts.forget()

    expect(own.textOf('redis://one')).toContain('\nredis_exporter_scrapes_total 0\n')
  })
})

test('beside a target that is served alone stand the build and the requests that failed', () => {
  const own = create()
  own.requestFailed()

  expect(withoutHelp(own.textBeside())).toBe(unindented`
    # TYPE redis_exporter_build_info gauge
    redis_exporter_build_info{version="1.2.3",commit_sha="abc",build_date="2026-01-02",golang_version="node ${process.version}"} 1
    # TYPE redis_target_scrape_request_errors_total counter
    redis_target_scrape_request_errors_total 1
  `)
})

test('of a single target that is forgotten nothing is left of its collectors', async () => {
  const own = create()
  const counts = own.ofTarget('redis://one')
  counts.collectorSeen('slowlog', ['noperm'])
  counts.forget()

  expect(await own.render()).not.toContain('collector=')
})
