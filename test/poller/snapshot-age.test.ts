import { beforeEach, describe, expect, test } from 'vitest'
import { renderSnapshot } from '../../src/poller/snapshot.ts'
import {
  createSnapshotStore,
  type OpenTarget,
  type SnapshotStore,
} from '../../src/poller/snapshot-store.ts'
import { type FakeClock, fakeClock } from '../support/fake-clock.ts'
import { heldTarget } from '../support/held-target.ts'
import { upResult } from '../support/poll-results.ts'
import { snapshotBytes } from '../support/snapshot-bytes.ts'

const target = 'redis://localhost:6379'
const maximumAge = 45_000
const hour = 3_600_000

let clock: FakeClock
let store: SnapshotStore
let open: OpenTarget

beforeEach(async () => {
  clock = fakeClock()
  store = createSnapshotStore(clock)
  open = heldTarget(store, target, maximumAge)
  await publish()
})

async function publish(): Promise<void> {
  open.publish(await renderSnapshot('redis', upResult(), clock.monotonic(), maximumAge))
}

function served(): string {
  return snapshotBytes(store.serve())
    .toString()
    .replaceAll(/^# HELP .*\n/gm, '')
}

test('a snapshot that is just as old as it may be is fresh', () => {
  clock.advance(maximumAge)

  expect(store.states()).toMatchObject([{ state: 'up', reason: undefined }])
  expect(served()).toContain('redis_up 1')
})

describe('a snapshot that is older than it may be', () => {
  beforeEach(() => clock.advance(maximumAge + 1))

  test('is served as down with the reason and its time, and nothing of Redis', () => {
    expect(served()).toBe(`\
# TYPE redis_exporter_last_scrape_error gauge
redis_exporter_last_scrape_error{err="stale: no poll has ended for 45 s"} 1
# TYPE redis_exporter_snapshot_timestamp_seconds gauge
redis_exporter_snapshot_timestamp_seconds 1750000000
# TYPE redis_up gauge
redis_up 0
`)
  })

  test('is told as stale', () => {
    expect(store.states()).toMatchObject([
      {
        target,
        state: 'stale',
        since: clock.wall() - 1,
        reason: 'stale: no poll has ended for 45 s',
        ageSeconds: 45.001,
        server: undefined,
        failures: [],
      },
    ])
  })

  test('stays so for as long as no poll ends', () => {
    clock.advance(100 * hour)

    expect(served()).toContain('redis_up 0')
  })

  test('is another version than before', () => {
    clock.advance(-1_000)
    const fresh = store.serve().revision
    clock.advance(1_000)

    expect(store.serve().revision).not.toBe(fresh)
  })

  test('is the same object while it is served', () => {
    const first = store.serve()
    clock.advance(hour)

    expect(store.serve()).toBe(first)
  })

  test('is compressed like any other', () => {
    const [body] = store.serve().bodies

    expect(body?.compressed().deflated.length).toBeGreaterThan(0)
    expect(body?.compressed().deflated.length).toBeLessThan(body?.plainLength ?? 0)
  })

  test('is forgotten with the next poll', async () => {
    await publish()

    expect(store.states()).toMatchObject([{ state: 'up', ageSeconds: 0 }])
    expect(served()).toContain('redis_up 1')
  })
})

describe.each([
  ['back by an hour', -hour],
  ['forward by an hour', hour],
])('a wall clock that is set %s', (_name, jump) => {
  test('does not change the age of a snapshot', () => {
    clock.advance(10_000)
    clock.setWall(clock.wall() + jump)

    expect(store.states()).toMatchObject([{ state: 'up', ageSeconds: 10 }])
  })

  test('does not keep an old one fresh', () => {
    clock.advance(maximumAge + 1)
    clock.setWall(clock.wall() + jump)

    expect(store.states()).toMatchObject([{ state: 'stale' }])
  })
})
