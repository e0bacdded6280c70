import { beforeEach, expect, test } from 'vitest'
import { createOwnMetrics } from '../../src/metrics/own-metrics.ts'
import { createScanMetrics, type ScanMetrics, scanMetrics } from '../../src/metrics/scan-metrics.ts'
import { checkExposition, parseExposition } from '../support/exposition.ts'
import { type FakeClock, fakeClock } from '../support/fake-clock.ts'
import { withoutHelp } from '../support/fake-poll.ts'
import { unindented } from '../support/unindented.ts'

let clock: FakeClock
let scans: ScanMetrics

beforeEach(() => {
  clock = fakeClock()
  scans = createScanMetrics('redis', clock)
})

const lines = async () => (await scans.render()).split('\n')

test('before the first scan nothing is told that only a scan can tell', async () => {
  expect(withoutHelp(await scans.render())).toBe(unindented`
    # TYPE redis_exporter_scans_total counter
    redis_exporter_scans_total{result="complete"} 0
    redis_exporter_scans_total{result="failed"} 0
    # TYPE redis_exporter_scan_duration_seconds gauge
    # TYPE redis_exporter_scan_running gauge
    redis_exporter_scan_running 0
    # TYPE redis_exporter_scan_progress_ratio gauge
    redis_exporter_scan_progress_ratio 0
    # TYPE redis_exporter_scan_keys gauge
    redis_exporter_scan_keys 0
    # TYPE redis_exporter_scan_load_ratio gauge
    redis_exporter_scan_load_ratio 0
    # TYPE redis_exporter_scan_timestamp_seconds gauge
    # TYPE redis_exporter_scan_age_seconds gauge
    # TYPE redis_exporter_scan_resumed_total counter
    redis_exporter_scan_resumed_total 0
    # TYPE redis_exporter_scan_series gauge
    redis_exporter_scan_series 0
  `)
})

test('every metric that is declared is rendered, with its type and help text', async () => {
  const families = parseExposition(await scans.render())

  expect(families.map(({ name, type, help }) => ({ name, type, help }))).toEqual(
    Object.values(scanMetrics).map(({ name, type, help }) => ({
      name: `redis_${name}`,
      type,
      help,
    })),
  )
})

test('a scan under way tells how far it is', async () => {
  scans.scanStarted()
  scans.scanProgress({ keys: 250_000, ratio: 0.25, load: 0.04 })

  expect(await lines()).toEqual(
    expect.arrayContaining([
      'redis_exporter_scan_running 1',
      'redis_exporter_scan_keys 250000',
      'redis_exporter_scan_progress_ratio 0.25',
      'redis_exporter_scan_load_ratio 0.04',
    ]),
  )
})

test('a scan that has ended is counted, and its last progress stays', async () => {
  scans.scanStarted()
  scans.scanProgress({ keys: 1_000_000, ratio: 1, load: 0.05 })
  scans.scanFinished('complete', 20.5)

  expect(await lines()).toEqual(
    expect.arrayContaining([
      'redis_exporter_scans_total{result="complete"} 1',
      'redis_exporter_scans_total{result="failed"} 0',
      'redis_exporter_scan_duration_seconds 20.5',
      'redis_exporter_scan_running 0',
      'redis_exporter_scan_keys 1000000',
      'redis_exporter_scan_progress_ratio 1',
      'redis_exporter_scan_load_ratio 0.05',
    ]),
  )
})

test('the next scan begins at nothing', async () => {
  scans.scanStarted()
  scans.scanProgress({ keys: 1_000_000, ratio: 1, load: 0.05 })
  scans.scanFinished('complete', 20.5)
  scans.scanStarted()

  expect(await lines()).toEqual(
    expect.arrayContaining([
      'redis_exporter_scan_running 1',
      'redis_exporter_scan_keys 0',
      'redis_exporter_scan_progress_ratio 0',
      'redis_exporter_scan_load_ratio 0',
    ]),
  )
})

test('the duration of a scan that failed is not kept', async () => {
  scans.scanFinished('complete', 20.5)
  scans.scanFinished('failed', 3)

  expect(await lines()).toEqual(
    expect.arrayContaining([
      'redis_exporter_scans_total{result="complete"} 1',
      'redis_exporter_scans_total{result="failed"} 1',
      'redis_exporter_scan_duration_seconds 20.5',
    ]),
  )
})

test('a scan that went on behind a lost connection is counted', async () => {
  scans.scanResumed()
  scans.scanResumed()

  expect(await lines()).toContain('redis_exporter_scan_resumed_total 2')
})

test('the last complete scan is told by its series and its time', async () => {
  scans.scanServed(clock.wall() / 1e3 - 20, 100_000)

  expect(await lines()).toEqual(
    expect.arrayContaining([
      'redis_exporter_scan_timestamp_seconds 1748779180',
      'redis_exporter_scan_series 100000',
    ]),
  )
})

test('its age is that of the moment of rendering', async () => {
  scans.scanServed(clock.wall() / 1e3 - 20, 1)
  expect(await lines()).toContain('redis_exporter_scan_age_seconds 20')

  clock.advance(1_500)
  expect(await lines()).toContain('redis_exporter_scan_age_seconds 21.5')
})

test('its age is never below 0, though the clock is set back', async () => {
  scans.scanServed(clock.wall() / 1e3, 1)
  clock.setWall(0)

  expect(await lines()).toContain('redis_exporter_scan_age_seconds 0')
})

test('stands behind the other metrics of the exporter, in one sound body', async () => {
  const own = createOwnMetrics('redis', { version: '', commit: '', date: '' }, scans)
  scans.scanServed(1, 1)
  const text = await own.render()

  expect(text).toMatch(/redis_exporter_snapshot_series 0\n# HELP redis_exporter_scans_total/)
  expect(checkExposition(text)).toEqual([])
})
