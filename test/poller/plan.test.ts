import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Plan, placeIn, planRun } from '../../src/poller/plan.ts'

const interval = 7_000
const horizon = 1_000

describe('what is planned at a beat', () => {
  test.each<[name: string, now: number, due: number, expected: Plan]>([
    [
      'nothing, when the run is due after the next beat',
      1_000,
      2_001,
      { runIn: undefined, missed: 0, nextDue: 2_001 },
    ],
    [
      'the run, when it is due just at the next beat',
      1_000,
      2_000,
      { runIn: 1_000, missed: 0, nextDue: 9_000 },
    ],
    [
      'the run, when it is due before the next beat',
      1_000,
      1_400,
      { runIn: 400, missed: 0, nextDue: 8_400 },
    ],
    ['a run at once, when it is due now', 1_000, 1_000, { runIn: 0, missed: 0, nextDue: 8_000 }],
    [
      'a run at once, when it was due a moment ago, and the one after that on the old grid',
      1_006,
      1_000,
      { runIn: 0, missed: 0, nextDue: 8_000 },
    ],
    [
      'one run at once, when several were due, and the others count as missed',
      18_500,
      1_000,
      { runIn: 0, missed: 2, nextDue: 22_000 },
    ],
    [
      'one run at once, when the last of several is due this very moment',
      15_000,
      1_000,
      { runIn: 0, missed: 2, nextDue: 22_000 },
    ],
  ])('%s', (_name, now, due, expected) => {
    expect(planRun(now, due, interval, horizon)).toEqual(expected)
  })
})

describe('whatever the interval, and however late the beats come', () => {
  const firstDue = 5_000
  const beats = fc.record({
    every: fc
      .oneof(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 3_600 }))
      .map((seconds) => seconds * 1_000),
    gaps: fc.array(fc.oneof(fc.double({ min: 1, max: 2_000, noNaN: true }), fc.nat(100_000))),
  })

  interface Decision extends Plan {
    readonly now: number
    readonly due: number
    readonly every: number
  }

  function decisions({ every, gaps }: { every: number; gaps: readonly number[] }): Decision[] {
    let now = 0
    let due = firstDue
    return gaps.map((gap) => {
      now += gap
      const decision = { now, due, every, ...planRun(now, due, every, horizon) }
      due = decision.nextDue
      return decision
    })
  }

  function holds(check: (decision: Decision) => void): void {
    fc.assert(fc.property(beats, (given) => decisions(given).forEach(check)))
  }

  test('due times stay on the grid', () => {
    holds(({ nextDue, every }) => expect((nextDue - firstDue) % every).toBe(0))
  })

  test('each due time is either run once or counted as missed', () => {
    holds(({ due, nextDue, runIn, missed, every }) => {
      const passed = (nextDue - due) / every
      expect((runIn === undefined ? 0 : 1) + missed).toBe(passed)
    })
  })

  test('no run comes before its time', () => {
    holds(({ now, runIn, nextDue, every }) => {
      if (runIn !== undefined) expect(now + runIn).toBeGreaterThanOrEqual(nextDue - every)
    })
  })

  test('no run comes later than its time, unless the beat itself came later', () => {
    holds(({ now, runIn, nextDue, every }) => {
      if (runIn) expect(now + runIn).toBeCloseTo(nextDue - every)
    })
  })

  test('a run comes at once or before the next beat, never later', () => {
    holds(({ runIn = 0 }) => {
      expect(runIn).toBeGreaterThanOrEqual(0)
      expect(runIn).toBeLessThanOrEqual(horizon)
    })
  })

  test('what is due next lies in the future', () => {
    holds(({ now, nextDue }) => expect(nextDue).toBeGreaterThan(now))
  })
})

describe('the place of a task in its interval', () => {
  const names = Array.from({ length: 1_000 }, (_, k) => `redis://10.0.${k >> 8}.${k & 255}:6379`)
  const offsets = names.map((name) => placeIn(60_000, name))

  /** How many have their places in each tenth of the interval. */
  function inTenths(offsets: readonly number[]): readonly number[] {
    const tenths = new Array<number>(10).fill(0)
    for (const offset of offsets) {
      const tenth = Math.min(9, Math.floor(offset / 6_000))
      tenths[tenth] = (tenths[tenth] ?? 0) + 1
    }
    return tenths
  }

  test('a thousand targets are spread evenly over the interval', () => {
    // An even spread is 100 each; all in one share would be 1000 and nine times 0.
    expect(Math.min(...inTenths(offsets))).toBeGreaterThan(60)
    expect(Math.max(...inTenths(offsets))).toBeLessThan(140)
  })

  test.each([
    ['ports', (k: number) => `redis://10.0.0.1:${7_000 + k}`],
    ['numbers at the end', (k: number) => `cache-${k}`],
  ])('so are a hundred whose names differ by their %s alone', (_, nameOf) => {
    const places = Array.from({ length: 100 }, (_, k) => placeIn(60_000, nameOf(k)))

    expect(Math.min(...inTenths(places))).toBeGreaterThan(1)
    expect(Math.max(...inTenths(places))).toBeLessThan(22)
  })

  test('no target waits longer than the interval, and none runs twice at once', () => {
    expect(Math.min(...offsets)).toBeGreaterThan(0)
    expect(Math.max(...offsets)).toBeLessThanOrEqual(60_000)
  })

  test('the share stays the same from release to release', () => {
    expect(placeIn(60_000, 'redis://10.0.0.1:6379')).toBe(34_910)
  })
})
