import { describe, expect, test } from 'vitest'
import { gauge, sample } from '../../src/metrics/metric.ts'
import { renderSnapshot } from '../../src/poller/snapshot.ts'
import { collectGarbage } from '../support/collect-garbage.ts'
import { eventually } from '../support/eventually.ts'
import { checkExposition, parseExposition } from '../support/exposition.ts'
import { downResult, failed, upResult } from '../support/poll-results.ts'
import { snapshotBytes } from '../support/snapshot-bytes.ts'

const withoutHelp = (text: Buffer) => text.toString().replaceAll(/^# HELP .*\n/gm, '')

describe('a poll that reached the server', () => {
  test('is rendered with its own figures beside what it read', async () => {
    const { bodies } = await renderSnapshot('redis', upResult(failed('slowlog', 'noperm')), 0, 1)

    expect(withoutHelp(snapshotBytes({ bodies }))).toBe(`\
# TYPE redis_exporter_collector_duration_seconds gauge
redis_exporter_collector_duration_seconds{collector="memory"} 0.001
redis_exporter_collector_duration_seconds{collector="slowlog"} 0.001
# TYPE redis_exporter_collector_success gauge
redis_exporter_collector_success{collector="memory"} 1
redis_exporter_collector_success{collector="slowlog"} 0
# TYPE redis_exporter_last_scrape_connect_time_seconds gauge
redis_exporter_last_scrape_connect_time_seconds 0
# TYPE redis_exporter_last_scrape_duration_seconds gauge
redis_exporter_last_scrape_duration_seconds 0.002
# TYPE redis_exporter_last_scrape_error gauge
redis_exporter_last_scrape_error{err=""} 0
# TYPE redis_exporter_snapshot_timestamp_seconds gauge
redis_exporter_snapshot_timestamp_seconds 1750000000
# TYPE redis_memory_used_bytes gauge
redis_memory_used_bytes 1048576
# TYPE redis_up gauge
redis_up 1
`)
  })

  test('is a valid body', async () => {
    const { bodies } = await renderSnapshot('redis', upResult(failed('slowlog', 'noperm')), 0, 1)

    expect(checkExposition(snapshotBytes({ bodies }))).toEqual([])
  })

  test('carries the namespace in every name', async () => {
    const { bodies } = await renderSnapshot('valkey', upResult(), 0, 1)

    const names = parseExposition(snapshotBytes({ bodies })).map(({ name }) => name)
    expect(names.filter((name) => !name.startsWith('valkey_'))).toEqual([])
  })

  test('knows the number of its series', async () => {
    const { bodies, series } = await renderSnapshot('redis', upResult(), 0, 1)

    const samples = parseExposition(snapshotBytes({ bodies })).flatMap((family) => family.samples)
    expect(series).toBe(samples.length)
  })
})

test('of a poll that failed the families of Redis vanish, and the reason stands there', async () => {
  const { bodies } = await renderSnapshot('redis', downResult(), 0, 1)

  expect(withoutHelp(snapshotBytes({ bodies }))).toBe(`\
# TYPE redis_exporter_last_scrape_connect_time_seconds gauge
redis_exporter_last_scrape_connect_time_seconds 0
# TYPE redis_exporter_last_scrape_duration_seconds gauge
redis_exporter_last_scrape_duration_seconds 0.002
# TYPE redis_exporter_last_scrape_error gauge
redis_exporter_last_scrape_error{err="connection: no connection (ECONNREFUSED)"} 1
# TYPE redis_exporter_snapshot_timestamp_seconds gauge
redis_exporter_snapshot_timestamp_seconds 1750000000
# TYPE redis_up gauge
redis_up 0
`)
})

describe('where the role of the server is to be shown', () => {
  const roles = (body: Buffer) => {
    const samples = parseExposition(body).flatMap((family) => family.samples)
    return Object.fromEntries(samples.map(({ name, labels }) => [name, labels.instance_role]))
  }

  test('every series tells it, but the one that is measured before it is known', async () => {
    const { bodies } = await renderSnapshot('redis', upResult(), 0, 1, { showRole: true })
    const { redis_exporter_last_scrape_connect_time_seconds: connectTime, ...rest } = roles(
      snapshotBytes({ bodies }),
    )

    expect(connectTime).toBeUndefined()
    expect(Object.keys(rest)).toContain('redis_memory_used_bytes')
    expect(new Set(Object.values(rest))).toEqual(new Set(['master']))
  })

  test('a server that is down has the role that it told last', async () => {
    const down = await renderSnapshot('redis', downResult(), 0, 1, {
      showRole: true,
      lastRole: 'slave',
    })

    expect(roles(snapshotBytes(down))).toMatchObject({
      redis_up: 'slave',
      redis_exporter_last_scrape_error: 'slave',
      redis_exporter_last_scrape_duration_seconds: 'slave',
      redis_exporter_snapshot_timestamp_seconds: 'slave',
    })
    expect(roles(down.staleBody().plain())).toMatchObject({ redis_up: 'slave' })
  })

  test('it is empty of a server that never told any', async () => {
    const { bodies } = await renderSnapshot('redis', downResult(), 0, 1, { showRole: true })

    expect(roles(snapshotBytes({ bodies }))).toMatchObject({ redis_up: '' })
  })

  test('a server that is up has the one that it tells, and keeps it when it was not polled for long', async () => {
    const { bodies, staleBody } = await renderSnapshot('redis', upResult(), 0, 1, {
      showRole: true,
      lastRole: 'slave',
    })

    expect(roles(snapshotBytes({ bodies }))).toMatchObject({ redis_up: 'master' })
    expect(roles(staleBody().plain())).toMatchObject({ redis_up: 'master' })
  })
})

describe('of families that the slow schedule has series of too', () => {
  const keySize = gauge('key_size', 'Size of a key (a test)', ['key'])
  const samples = [sample(keySize, 1, { key: 'a' }), sample(keySize, 2, { key: 'b' })]
  const polled = { name: 'single-keys', samples }

  const rendered = () =>
    renderSnapshot('redis', upResult(polled), 0, 1, { sharedFamilies: new Set(['key_size']) })

  test('the lines are kept apart, without the header', async () => {
    const { bodies, shared } = await rendered()

    expect(snapshotBytes({ bodies }).toString()).not.toContain('redis_key_size')
    expect([...shared.keys()]).toEqual(['key_size'])
    expect(shared.get('key_size')?.bodies.map(({ plain }) => plain().toString())).toEqual([
      'redis_key_size{key="a"} 1\nredis_key_size{key="b"} 2\n',
    ])
  })

  test('those that were written while they were read are kept so too', async () => {
    const series = {
      metric: keySize,
      chunks: [Buffer.from('redis_key_size{key="a"} 1\n')],
      rest: 'redis_key_size{key="b"} 2\n',
      series: 2,
    }
    const result = upResult({ name: 'single-keys', written: [series] })
    const { bodies, shared } = await renderSnapshot('redis', result, 0, 1, {
      sharedFamilies: new Set(['key_size']),
    })

    expect(snapshotBytes({ bodies }).toString()).not.toContain('redis_key_size')
    expect(shared.get('key_size')?.bodies.map(({ plain }) => plain().toString())).toEqual([
      'redis_key_size{key="a"} 1\nredis_key_size{key="b"} 2\n',
    ])
  })

  test('nothing else is changed', async () => {
    const { bodies } = await renderSnapshot('redis', upResult({ ...polled, samples: [] }), 0, 1)

    expect(snapshotBytes(await rendered()).toString()).toBe(snapshotBytes({ bodies }).toString())
  })

  test('the series and bytes count as those of the snapshot', async () => {
    const whole = await renderSnapshot('redis', upResult(polled), 0, 1)
    const { series, bytes, shared } = await rendered()

    expect(series).toBe(whole.series)
    expect(bytes).toBe(whole.bytes - (shared.get('key_size')?.header.plainLength ?? 0))
    expect(whole.bytes).toBe(snapshotBytes(whole).length)
  })

  test('a poll without any of them has no lines of them', async () => {
    const { shared } = await renderSnapshot('redis', upResult(), 0, 1, {
      sharedFamilies: new Set(['key_size']),
    })

    expect(shared.size).toBe(0)
  })
})

test('a snapshot keeps nothing alive of the samples that it was rendered from', async () => {
  const render = async () => {
    const result = upResult()
    const [sample] = result.collectors.flatMap(({ samples }) => samples)
    if (!sample) throw new Error('the poll gave no sample')
    return { sample: new WeakRef(sample), snapshot: await renderSnapshot('redis', result, 0, 1) }
  }
  const { sample, snapshot } = await render()

  await eventually(() => {
    collectGarbage()
    // A failure would keep what it shows.
    expect(sample.deref() === undefined).toBe(true)
  })
  expect(snapshot.staleBody().plain().toString()).toContain('redis_up 0\n')
})
