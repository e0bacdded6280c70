import { beforeEach, describe, expect, test } from 'vitest'
import { createHealth, type Health } from '../../src/http/health.ts'
import type { TargetState } from '../../src/poller/snapshot-store.ts'
import { type FakeClock, fakeClock } from '../support/fake-clock.ts'

const waiting: TargetState = {
  target: 'redis://localhost:6379',
  state: 'waiting',
  reason: undefined,
  ageSeconds: undefined,
  serverVersion: undefined,
}
const up: TargetState = { ...waiting, state: 'up', ageSeconds: 1.23456, serverVersion: '7.0.15' }
const down: TargetState = { ...waiting, state: 'down', reason: 'auth: no', ageSeconds: 2 }
const stale: TargetState = { ...waiting, state: 'stale', reason: 'stale: no', ageSeconds: 60 }

let clock: FakeClock
let lastTick: number
let targets: readonly TargetState[]
let health: Health

beforeEach(() => {
  clock = fakeClock()
  lastTick = clock.monotonic()
  targets = [up]
  health = createHealth({
    clock,
    lastTick: () => lastTick,
    targets: () => targets,
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
    ['every target is up', [up, up], true, 'ready'],
    ['a target is down: it is known to be', [up, down], true, 'ready'],
  ])('when %s', (_name, states, ok, status) => {
    targets = states

    expect(health.ready()).toMatchObject({ ok, body: { status } })
  })

  test.each([
    ['a target waits for its first poll', [up, waiting], 'waiting for the first poll'],
    ['the result of a target is too old', [up, stale], 'stale'],
    ['one waits and another is too old', [stale, waiting], 'waiting for the first poll'],
  ])('no more when %s', (_name, states, status) => {
    targets = states

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

  test('is when a change was first seen, and stays', () => {
    clock.advance(60_000)
    health.alive()
    clock.advance(5_000)

    expect(health.alive().body).toMatchObject({
      status: 'no tick',
      since: '2025-06-01T12:01:00.000Z',
    })
  })

  test('is told apart for the two questions', () => {
    clock.advance(60_000)
    health.alive()

    expect(health.ready().body.since).toBe('2025-06-01T12:00:00.000Z')
  })
})

test('the targets are told with state, reason and age, to the millisecond', () => {
  targets = [up, down, waiting]

  expect(health.ready().body.targets).toEqual([
    { target: 'redis://localhost:6379', state: 'up', reason: undefined, ageSeconds: 1.235 },
    { target: 'redis://localhost:6379', state: 'down', reason: 'auth: no', ageSeconds: 2 },
    {
      target: 'redis://localhost:6379',
      state: 'waiting',
      reason: undefined,
      ageSeconds: undefined,
    },
  ])
})
