import { describe, expect, test } from 'vitest'
import { encodeBody } from '../../src/metrics/encoded-body.ts'
import { createSnapshotStore, renderSnapshot, type Snapshot } from '../../src/poller/snapshot.ts'
import { checkExposition, parseExposition } from '../support/exposition.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { downResult, failed, upResult } from '../support/poll-results.ts'

const target = 'redis://localhost:6379'
const maximumAge = 45_000

const withoutHelp = (text: Buffer) => text.toString().replaceAll(/^# HELP .*\n/gm, '')

describe('a poll that reached the server', () => {
  test('is rendered with its own figures beside what it read', async () => {
    const { body } = await renderSnapshot('redis', upResult(failed('slowlog', 'noperm')), 0, 1)

    expect(withoutHelp(body.plain)).toBe(`\
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
    const { body } = await renderSnapshot('redis', upResult(failed('slowlog', 'noperm')), 0, 1)

    expect(checkExposition(body.plain)).toEqual([])
  })

  test('carries the namespace in every name', async () => {
    const { body } = await renderSnapshot('valkey', upResult(), 0, 1)

    const names = parseExposition(body.plain).map(({ name }) => name)
    expect(names.filter((name) => !name.startsWith('valkey_'))).toEqual([])
  })

  test('knows the number of its series', async () => {
    const { body, series } = await renderSnapshot('redis', upResult(), 0, 1)

    const samples = parseExposition(body.plain).flatMap((family) => family.samples)
    expect(series).toBe(samples.length)
  })
})

test('of a poll that failed the families of Redis vanish, and the reason stands there', async () => {
  const { body } = await renderSnapshot('redis', downResult(), 0, 1)

  expect(withoutHelp(body.plain)).toBe(`\
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
    const { body } = await renderSnapshot('redis', upResult(), 0, 1, true)
    const { redis_exporter_last_scrape_connect_time_seconds: connectTime, ...rest } = roles(
      body.plain,
    )

    expect(connectTime).toBeUndefined()
    expect(Object.keys(rest)).toContain('redis_memory_used_bytes')
    expect(new Set(Object.values(rest))).toEqual(new Set(['master']))
  })

  test('it is empty for a server that is down or was not polled for long', async () => {
    const down = await renderSnapshot('redis', downResult(), 0, 1, true)
    const stale = await renderSnapshot('redis', upResult(), 0, 1, true)

    expect(roles(down.body.plain)).toMatchObject({ redis_up: '' })
    expect(roles(stale.staleBody.plain)).toMatchObject({ redis_up: '' })
  })
})

describe('the store', () => {
  function storeOf(...targets: readonly string[]) {
    const clock = fakeClock()
    return { clock, store: createSnapshotStore(targets, maximumAge, clock) }
  }

  async function published() {
    const { clock, store } = storeOf(target)
    const snapshot = await renderSnapshot('redis', upResult(), clock.monotonic(), maximumAge)
    store.publish(target, snapshot)
    return { clock, store, snapshot }
  }

  const text = (store: ReturnType<typeof createSnapshotStore>) =>
    Buffer.concat(store.serve().bodies.map(({ plain }) => plain))

  test('serves nothing and tells of waiting before the first poll', () => {
    const { store } = storeOf(target)

    expect(store.serve().bodies).toEqual([])
    expect(store.states()).toEqual([{ target, state: 'waiting' }])
  })

  test('tells of a target that is up since when, and what it is', async () => {
    const { clock, store } = await published()
    clock.advance(1_500)

    expect(store.states()).toEqual([
      { target, state: 'up', ageSeconds: 1.5, serverVersion: '7.0.15' },
    ])
  })

  test('tells of a target that is down why', async () => {
    const { clock, store } = storeOf(target)
    store.publish(target, await renderSnapshot('redis', downResult(), clock.monotonic(), 1))

    expect(store.states()).toMatchObject([
      { state: 'down', reason: 'connection: no connection (ECONNREFUSED)', ageSeconds: 0 },
    ])
  })

  test('serves the newest snapshot as a whole', async () => {
    const { clock, store } = await published()
    store.publish(target, await renderSnapshot('redis', downResult(), clock.monotonic(), 1))

    expect(text(store).toString()).not.toContain('redis_memory_used_bytes')
    expect(text(store).toString()).toContain('redis_up 0')
  })

  test('gives the same object while nothing changes', async () => {
    const { clock, store } = await published()
    const first = store.serve()
    clock.advance(maximumAge)

    expect(store.serve()).toBe(first)
  })

  test('gives another version with each snapshot, even of the same bytes', async () => {
    const { store, snapshot } = await published()
    const { version } = store.serve()
    store.publish(target, snapshot)

    expect(store.serve().version).not.toBe(version)
  })

  test('hands out the bytes of the snapshot, and makes none', async () => {
    const { store, snapshot } = await published()

    expect(store.serve().bodies[0]).toBe(snapshot.body)
  })

  test('serves the snapshots of several targets one behind the other', async () => {
    const { store } = storeOf('one', 'two')
    for (const name of ['one', 'two']) {
      store.publish(name, { ...(await bare(name)), takenAt: Number.POSITIVE_INFINITY })
    }

    expect(text(store).toString()).toBe('one\ntwo\n')
  })

  async function bare(text: string): Promise<Snapshot> {
    const snapshot = await renderSnapshot('redis', upResult(), 0, maximumAge)
    return { ...snapshot, body: await encodeBody(`${text}\n`) }
  }
})
