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
  const several = () => createOwnMetrics('redis', undefined, { targetLabel: 'target' })
  const linesOf = async (own: ReturnType<typeof several>) =>
    (await own.render()).split('\n').filter((line) => line.includes('target='))

  test('each series names its own, from when it is met', async () => {
    const own = several()
    own.ofTarget('redis://one').collectorFailed('slowlog', 'noperm')
    own.ofTarget('redis://two').pollFinished('up', 1)
    const lines = await linesOf(own)

    expect(checkExposition(await own.render())).toEqual([])
    expect(lines).toEqual(
      expect.arrayContaining([
        'redis_exporter_scrapes_total{target="redis://one"} 0',
        'redis_exporter_scrapes_total{target="redis://two"} 1',
        'redis_exporter_polls_total{target="redis://one",result="down"} 0',
        'redis_exporter_polls_total{target="redis://two",result="up"} 1',
        'redis_exporter_collector_errors_total{target="redis://one",collector="slowlog",reason="noperm"} 1',
      ]),
    )
  })

  test('one that is forgotten takes all of its series along, and none of the others', async () => {
    const own = several()
    const [gone, stays] = ['redis://one', 'redis://two'].map((name) => own.ofTarget(name))
    for (const counts of [gone, stays]) {
      counts?.pollFinished('up', 1)
      counts?.pollsSkipped(1)
      counts?.collectorSeen('slowlog', ['noperm', 'parse'])
      counts?.collectorFailed('latency', 'timeout')
      counts?.fieldsRejected('memory', 1)
      counts?.seriesLeftOut('keyspace', 1)
      counts?.snapshotPublished(1, 1)
    }
    const before = await linesOf(own)
    gone?.forget()
    const after = await linesOf(own)

    expect(after).toEqual(before.filter((line) => line.includes('redis://two')))
    expect(after.length).toBe(before.length / 2)
  })

  test('the label is called as it is told, and the labels of a target stand beside it', async () => {
    const own = createOwnMetrics('redis', undefined, { targetLabel: 'instance' })
    own.ofTarget('cache', { env: 'prod' }).pollFinished('up', 1)

    expect(await own.render()).toContain(
      '\nredis_exporter_polls_total{instance="cache",env="prod",result="up"} 1\n',
    )
  })

  test('what is counted of one that was forgotten makes no series', async () => {
    const own = several()
    const counts = own.ofTarget('redis://one')
    counts.forget()
    counts.pollFinished('up', 1)
    counts.pollsSkipped(1)
    counts.collectorSeen('slowlog', ['noperm'])
    counts.collectorFailed('latency', 'timeout')
    counts.fieldsRejected('memory', 1)
    counts.seriesLeftOut('keyspace', 1)
    counts.snapshotPublished(1, 1)

    expect(await linesOf(own)).toEqual([])
  })

  test('one that comes back begins anew', async () => {
    const own = several()
    const counts = own.ofTarget('redis://one')
    counts.pollFinished('up', 1)
    counts.forget()
    own.ofTarget('redis://one')

    expect(await linesOf(own)).toContain('redis_exporter_scrapes_total{target="redis://one"} 0')
  })
})

test('of a single target that is forgotten nothing is left of its collectors', async () => {
  const own = create()
  const counts = own.ofTarget('redis://one')
  counts.collectorSeen('slowlog', ['noperm'])
  counts.forget()

  expect(await own.render()).not.toContain('collector=')
})
