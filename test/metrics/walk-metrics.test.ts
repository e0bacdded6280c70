import { beforeEach, describe, expect, test } from 'vitest'
import { createOwnMetrics } from '../../src/metrics/own-metrics.ts'
import {
  createWalkMetrics,
  type ServedWalk,
  type WalkFigures,
  type WalkMetrics,
  walkMetrics,
} from '../../src/metrics/walk-metrics.ts'
import { checkExposition, parseExposition } from '../support/exposition.ts'
import { type FakeClock, fakeClock } from '../support/fake-clock.ts'
import { withoutHelp } from '../support/fake-poll.ts'
import { unindented } from '../support/unindented.ts'

let clock: FakeClock
let metrics: WalkMetrics
let walks: WalkFigures

beforeEach(() => {
  clock = fakeClock()
  metrics = createWalkMetrics('redis', clock)
  walks = metrics.ofTarget('redis://one')
})

const text = async () => (await metrics.render()) + metrics.text()
const lines = async () => (await text()).split('\n')

/** A walk that began so many seconds ago. */
function served(secondsAgo: number, series: number): ServedWalk {
  return {
    startedAt: clock.monotonic() - secondsAgo * 1e3,
    unixSeconds: clock.wall() / 1e3 - secondsAgo,
    seconds: 20.5,
    series,
  }
}

test('before the first walk nothing is told that only a walk can tell', async () => {
  expect(withoutHelp(await text())).toBe(unindented`
    # TYPE redis_exporter_scans_total counter
    redis_exporter_scans_total{result="complete"} 0
    redis_exporter_scans_total{result="failed"} 0
    # TYPE redis_exporter_scan_running gauge
    redis_exporter_scan_running 0
    # TYPE redis_exporter_scan_progress_ratio gauge
    redis_exporter_scan_progress_ratio 0
    # TYPE redis_exporter_scan_keys gauge
    redis_exporter_scan_keys 0
    # TYPE redis_exporter_scan_load_ratio gauge
    redis_exporter_scan_load_ratio 0
    # TYPE redis_exporter_scan_resumed_total counter
    redis_exporter_scan_resumed_total 0
    # TYPE redis_exporter_scan_duration_seconds gauge
    # TYPE redis_exporter_scan_timestamp_seconds gauge
    # TYPE redis_exporter_scan_age_seconds gauge
    # TYPE redis_exporter_scan_series gauge
  `)
})

test('every metric that is declared is rendered, with its type and help text', async () => {
  const families = parseExposition(await text())
  const byName = (one: { name: string }, other: { name: string }) =>
    one.name < other.name ? -1 : 1

  expect(families.map(({ name, type, help }) => ({ name, type, help })).sort(byName)).toEqual(
    Object.values(walkMetrics)
      .map(({ name, type, help }) => ({ name: `redis_${name}`, type, help }))
      .sort(byName),
  )
})

test('a walk under way tells how far it is', async () => {
  walks.walkStarted()
  walks.walkProgress({ keys: 250_000, ratio: 0.25, load: 0.04 })

  expect(await lines()).toEqual(
    expect.arrayContaining([
      'redis_exporter_scan_running 1',
      'redis_exporter_scan_keys 250000',
      'redis_exporter_scan_progress_ratio 0.25',
      'redis_exporter_scan_load_ratio 0.04',
    ]),
  )
})

test('a walk that has ended is counted, and its last progress stays', async () => {
  walks.walkStarted()
  walks.walkProgress({ keys: 1_000_000, ratio: 1, load: 0.05 })
  walks.walkFinished('complete')

  expect(await lines()).toEqual(
    expect.arrayContaining([
      'redis_exporter_scans_total{result="complete"} 1',
      'redis_exporter_scans_total{result="failed"} 0',
      'redis_exporter_scan_running 0',
      'redis_exporter_scan_keys 1000000',
      'redis_exporter_scan_progress_ratio 1',
      'redis_exporter_scan_load_ratio 0.05',
    ]),
  )
})

test('the next walk begins at nothing', async () => {
  walks.walkStarted()
  walks.walkProgress({ keys: 1_000_000, ratio: 1, load: 0.05 })
  walks.walkFinished('complete')
  walks.walkStarted()

  expect(await lines()).toEqual(
    expect.arrayContaining([
      'redis_exporter_scan_running 1',
      'redis_exporter_scan_keys 0',
      'redis_exporter_scan_progress_ratio 0',
      'redis_exporter_scan_load_ratio 0',
    ]),
  )
})

test('walks that failed are counted', async () => {
  walks.walkFinished('complete')
  walks.walkFinished('failed')

  expect(await lines()).toEqual(
    expect.arrayContaining([
      'redis_exporter_scans_total{result="complete"} 1',
      'redis_exporter_scans_total{result="failed"} 1',
    ]),
  )
})

test('a walk that went on behind a lost connection is counted', async () => {
  walks.walkResumed()
  walks.walkResumed()

  expect(await lines()).toContain('redis_exporter_scan_resumed_total 2')
})

test('the walk that is served is told by its series, its time and how long it took', async () => {
  walks.walkServed(served(20, 100_000))

  expect(await lines()).toEqual(
    expect.arrayContaining([
      'redis_exporter_scan_timestamp_seconds 1748779180',
      'redis_exporter_scan_series 100000',
      'redis_exporter_scan_duration_seconds 20.5',
    ]),
  )
})

test('its age is that of the moment at which somebody asks', () => {
  walks.walkServed(served(20, 1))
  expect(metrics.text()).toContain('redis_exporter_scan_age_seconds 20\n')

  clock.advance(1_500)
  expect(metrics.text()).toContain('redis_exporter_scan_age_seconds 21.5\n')
})

test('its age has nothing to do with the clock on the wall', () => {
  walks.walkServed(served(20, 1))
  clock.setWall(0)

  expect(metrics.text()).toContain('redis_exporter_scan_age_seconds 20\n')
})

test('when none is served any more, nothing is told of it', () => {
  walks.walkServed(served(20, 1))
  walks.walkServed(undefined)

  expect(metrics.text()).not.toMatch(/^redis/m)
})

test('stands behind the other metrics of the exporter, in one sound body', async () => {
  const own = createOwnMetrics(
    'redis',
    { version: '', commit: '', date: '' },
    { further: [metrics] },
  )
  walks.walkServed(served(1, 1))
  const body = (await own.render()) + metrics.text()

  expect(body).toMatch(/redis_exporter_snapshot_series 0\n# HELP redis_exporter_scans_total/)
  expect(checkExposition(body)).toEqual([])
})

describe('of several targets', () => {
  const several = () => createWalkMetrics('redis', clock, true)

  test('each has its own, and those are no part of what is rendered', async () => {
    const all = several()
    all.ofTarget('redis://one').walkFinished('failed')
    all.ofTarget('redis://two').walkServed(served(20, 7))

    const [one = '', two = ''] = ['redis://one', 'redis://two'].map(all.textOf)
    expect(checkExposition(one)).toEqual([])
    expect(checkExposition(two)).toEqual([])
    expect(one).toContain('\nredis_exporter_scans_total{result="failed"} 1\n')
    expect(one).not.toContain('redis_exporter_scan_series')
    expect(two).toContain('\nredis_exporter_scans_total{result="failed"} 0\n')
    expect(two).toContain('\nredis_exporter_scan_running 0\n')
    expect(two).toContain('\nredis_exporter_scan_series 7\n')
    expect(two).toContain('\nredis_exporter_scan_age_seconds 20\n')
    expect((await all.render()) + all.text()).toBe('')
  })

  test('one that is forgotten takes its series along, whatever is told of it later', () => {
    const all = several()
    const gone = all.ofTarget('redis://one')
    all.ofTarget('redis://two').walkServed(served(20, 7))
    const before = all.textOf('redis://two')
    gone.forget()
    gone.walkStarted()
    gone.walkServed(served(1, 1))

    expect(all.textOf('redis://one')).toBe('')
    expect(all.textOf('redis://two')).toBe(before)
  })
})

test('where nobody walks, nothing is told', async () => {
  const none = createWalkMetrics('redis', clock)

  expect((await none.render()) + none.text()).toBe('')
})
