import { expect, test } from 'vitest'
import { createHealth } from '../../src/http/health.ts'
import { shownTargets } from '../../src/http/shown-targets.ts'
import type { TargetState } from '../../src/poller/target-snapshots.ts'
import { fakeClock } from '../support/fake-clock.ts'

function target(index: number, state: TargetState['state']): TargetState {
  const target = `redis://${state}-${String(index).padStart(4, '0')}:6379`
  const unknown = { reason: undefined, ageSeconds: 1, server: '', role: '', failures: [] }
  return { target, address: target, labels: {}, state, since: 0, ...unknown }
}

const judged = (all: readonly TargetState[]) =>
  all.map((one) => ({ stateName: () => one.state, state: () => one }))

const many = (count: number, state: TargetState['state']) =>
  Array.from({ length: count }, (_, index) => target(index, state))

test('of twenty targets all are shown, and none is counted', () => {
  const all = many(20, 'up')

  expect(shownTargets(judged(all))).toEqual({ shown: all, counts: undefined })
})

test('of more, those that are not up are shown, in their order, and all are counted', () => {
  const all = [...many(1, 'stale'), ...many(30, 'up'), ...many(2, 'down'), ...many(1, 'waiting')]

  expect(shownTargets(judged(all))).toEqual({
    shown: [...many(1, 'stale'), ...many(2, 'down'), ...many(1, 'waiting')],
    counts: { stale: 1, up: 30, down: 2, waiting: 1 },
  })
})

test('of thousands that are up nothing is asked but that', () => {
  const state = () => {
    throw new Error('it is not shown')
  }
  const all = Array.from({ length: 3_000 }, () => ({ stateName: () => 'up' as const, state }))

  expect(shownTargets(all)).toEqual({ shown: [], counts: { up: 3_000 } })
})

test('a thousand targets that are down are twenty and a count for a probe', () => {
  const all = [...many(500, 'up'), ...many(1_000, 'down')]
  const clock = fakeClock()
  const health = createHealth({
    clock,
    lastTick: clock.monotonic,
    tickingSince: clock.monotonic,
    targets: () => judged(all),
    readiness: () => ({ status: 'ready', since: 0 }),
    maximumAgeMilliseconds: 1_000,
  })

  for (const { body } of [health.ready(), health.alive()]) {
    expect(body.states).toEqual({ up: 500, down: 1_000 })
    expect(body.targets.map((one) => (one as { target: string }).target)).toEqual(
      many(20, 'down').map((one) => one.target),
    )
    expect(JSON.stringify(body).length).toBeLessThan(4_000)
  }
})
