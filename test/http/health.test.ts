import { beforeEach, describe, expect, test } from 'vitest'
import { createHealth, type Health } from '../../src/http/health.ts'
import type { Readiness } from '../../src/poller/readiness.ts'
import type { TargetState } from '../../src/poller/target-snapshots.ts'
import { type FakeClock, fakeClock } from '../support/fake-clock.ts'

const waiting: TargetState = {
  target: 'redis://localhost:6379',
  address: 'redis://localhost:6379',
  labels: {},
  state: 'waiting',
  since: 0,
  reason: undefined,
  ageSeconds: undefined,
  server: undefined,
  role: undefined,
  failures: [],
}
const up: TargetState = { ...waiting, state: 'up', ageSeconds: 1.23456, server: 'Valkey 9.1.2' }
const down: TargetState = { ...waiting, state: 'down', reason: 'auth: no', ageSeconds: 2 }
const stale: TargetState = { ...waiting, state: 'stale', reason: 'stale: no', ageSeconds: 60 }

let clock: FakeClock
let lastTick: number
let tickingSince: number
let readiness: Readiness
let targets: readonly TargetState[]
let hasBegun: boolean
let health: Health

beforeEach(() => {
  clock = fakeClock()
  lastTick = clock.monotonic()
  tickingSince = lastTick
  readiness = { status: 'ready', since: clock.wall() }
  targets = [up]
  hasBegun = true
  health = createHealth({
    clock,
    lastTick: () => lastTick,
    tickingSince: () => tickingSince,
    readiness: () => readiness,
    hasBegun: () => hasBegun,
    targets: () => targets.map((one) => ({ stateName: () => one.state, state: () => one })),
    maximumAgeMilliseconds: 45_000,
  })
})

describe('the exporter is alive', () => {
  test.each([
    ['up', [up]],
    ['down', [down]],
    ['stale', [stale]],
    ['not polled yet', [waiting]],
  ])('when its target is %s: an outage of Redis restarts nothing', (_name, states) => {
    targets = states

    expect(health.alive()).toMatchObject({ ok: true, body: { status: 'ok' } })
  })

  test('as long as the last tick is not older than the maximum age', () => {
    clock.advance(45_000)

    expect(health.alive().ok).toBe(true)
  })

  test('no more when the tick is older', () => {
    clock.advance(45_001)

    expect(health.alive()).toMatchObject({
      ok: false,
      body: { status: 'no tick', lastTickSecondsAgo: 45.001 },
    })
  })

  test('again with the next tick', () => {
    clock.advance(45_001)
    health.alive()
    lastTick = clock.monotonic()

    expect(health.alive()).toMatchObject({ ok: true, body: { status: 'ok' } })
  })

  test.each([
    ['back', -3_600_000],
    ['forward', 3_600_000],
  ])('whatever happens when the wall clock is set %s', (_name, jump) => {
    clock.setWall(clock.wall() + jump)

    expect(health.alive()).toMatchObject({ ok: true, body: { lastTickSecondsAgo: 0 } })
  })
})

describe('the exporter is ready', () => {
  test.each([
    ['ready', true],
    ['stale', false],
    ['waiting for the first poll', false],
  ] as const)('as the results are %s', (status, ok) => {
    readiness = { status, since: clock.wall() }

    expect(health.ready()).toMatchObject({ ok, body: { status } })
  })

  test('not before all that is wanted at first is watched, though it may be nothing yet', () => {
    hasBegun = false
    targets = []
    const status = 'waiting for the first poll'

    expect(health.ready()).toMatchObject({ ok: false, body: { status } })
  })

  test('whether the schedule ticks or not', () => {
    clock.advance(100_000)

    expect(health.ready().ok).toBe(true)
  })
})

describe('since when', () => {
  test('begins with the start of the exporter', () => {
    clock.advance(10_000)

    expect(health.alive().body.since).toBe('2025-06-01T12:00:00.000Z')
  })

  test.each([50_000, 500_000])(
    'no tick came is when it was too late for one, whenever somebody asks: after %i ms',
    (later) => {
      clock.advance(later)

      expect(health.alive().body).toMatchObject({
        status: 'no tick',
        since: '2025-06-01T12:00:45.000Z',
      })
    },
  )

  test('it ticks again is when it began to, though nobody asked meanwhile', () => {
    clock.advance(60_000)
    lastTick = clock.monotonic()
    tickingSince = lastTick
    clock.advance(5_000)

    expect(health.alive().body).toMatchObject({ status: 'ok', since: '2025-06-01T12:01:00.000Z' })
  })

  test('stays the same when the wall clock is set', () => {
    health.alive()
    clock.setWall(clock.wall() + 3_600_000)

    expect(health.alive().body.since).toBe('2025-06-01T12:00:00.000Z')
  })

  test('is told apart for the two questions', () => {
    readiness = { status: 'stale', since: Date.parse('2025-06-01T12:34:56Z') }

    expect(health.alive().body.since).toBe('2025-06-01T12:00:00.000Z')
    expect(health.ready().body.since).toBe('2025-06-01T12:34:56.000Z')
  })
})

test('the targets are told with what they are, state, reason, age to the millisecond, and what fails', () => {
  const failure = {
    collector: 'slowlog',
    reason: 'noperm',
    message: 'the user may not run the command (NOPERM)',
    remedy: 'grant +slowlog|len (ACL SETUSER), or --collect.slowlog=false switches it off',
  }
  targets = [up, { ...up, failures: [failure] }, down, { ...waiting, server: '' }]

  expect(JSON.parse(JSON.stringify(health.ready().body.targets))).toEqual([
    { target: 'redis://localhost:6379', state: 'up', server: 'Valkey 9.1.2', ageSeconds: 1.235 },
    {
      target: 'redis://localhost:6379',
      state: 'up',
      server: 'Valkey 9.1.2',
      ageSeconds: 1.235,
      failures: [failure],
    },
    { target: 'redis://localhost:6379', state: 'down', reason: 'auth: no', ageSeconds: 2 },
    { target: 'redis://localhost:6379', state: 'waiting' },
  ])
})
