import { describe, expect, test } from 'vitest'
import { type CurveName, createFigureHistory } from '../../src/poller/figure-history.ts'
import type { ServerFigures } from '../../src/poller/server-figures.ts'
import { runOf } from '../support/poll-results.ts'
import { usualFigures } from '../support/shown-fleet.ts'

const quarter = 15_000

function history(interval = quarter) {
  const made = createFigureHistory(interval)
  return {
    ...made,
    /** A poll so many milliseconds after the begin. */
    poll: (at: number, figures: Partial<ServerFigures> = {}, run = 'first') =>
      made.note(usualFigures({ readAt: 1_000 + at, ...figures }), runOf(run)),
    /** The values that are known, each by the number of steps before the last. */
    known(name: CurveName, now: number) {
      const { values } = made.curve(name, 1_000 + now)
      return Object.fromEntries(
        values.flatMap((value, index) =>
          Number.isNaN(value) ? [] : [[index + 1 - values.length, value]],
        ),
      )
    },
  }
}

test('before anything is known there are no figures, and every value is a gap', () => {
  const one = history()

  expect(one.current()).toBeUndefined()
  expect(one.curve('memory', 0).values).toHaveLength(240)
  expect(one.known('memory', 0)).toEqual({})
})

describe('what grows', () => {
  test('is told by second, and of lookups and commands by one', () => {
    const one = history()
    one.poll(0)
    one.poll(quarter, {
      commands: 1_150,
      hits: 990,
      misses: 110,
      calls: 1_100,
      callMicroseconds: 5_300,
    })

    const figures = one.current()
    expect(figures?.operationsPerSecond).toBe(10)
    expect(figures?.hitRatio).toBe(0.9)
    expect(figures?.latencySeconds).toBeCloseTo(3e-6)
  })

  test('is not known after one poll, of another run, or where a counter began anew', () => {
    const one = history()
    const rates = () => {
      const { operationsPerSecond, hitRatio, latencySeconds } = one.current() ?? {}
      return [operationsPerSecond, hitRatio, latencySeconds]
    }
    one.poll(0)
    expect(rates()).toEqual([undefined, undefined, undefined])

    one.poll(quarter, { commands: 5_000, hits: 5_000 }, 'second')
    expect(rates()).toEqual([undefined, undefined, undefined])

    one.poll(2 * quarter, { commands: 10, calls: 10, callMicroseconds: 1, hits: 1 }, 'second')
    expect(rates()).toEqual([undefined, undefined, undefined])
  })

  test('is no ratio where nothing was looked up', () => {
    const one = history()
    one.poll(0)
    one.poll(quarter)

    expect(one.current()).toMatchObject({ operationsPerSecond: 0, hitRatio: undefined })
  })
})

describe('the last hour', () => {
  test('has one value for each poll, the newest at its end', () => {
    const one = history()
    for (const poll of [0, 1, 2]) one.poll(poll * quarter, { clients: poll })

    expect(one.known('clients', 2 * quarter)).toEqual({ '-2': 0, '-1': 1, 0: 2 })
  })

  test('has no gap where polls come a little early or late', () => {
    const one = history()
    const lateness = [0, 700, -600, 900, -900, 0]
    for (const [poll, late] of lateness.entries()) one.poll(poll * quarter + late)

    expect(Object.keys(one.known('keys', 5 * quarter))).toHaveLength(6)
  })

  test('has a gap where polls failed, which moves away as time goes by', () => {
    const one = history()
    one.poll(0, { clients: 1 })
    one.poll(4 * quarter, { clients: 2 })

    expect(one.known('clients', 4 * quarter)).toEqual({ '-4': 1, 0: 2 })
    expect(one.known('clients', 10 * quarter)).toEqual({ '-9': 1, '-5': 2 })
  })

  test('is an hour: what is older is forgotten', () => {
    const one = history()
    for (let poll = 0; poll < 1_000; poll += 1) one.poll(poll * quarter, { clients: poll })

    const { values } = one.curve('clients', 1_000 + 999 * quarter)
    expect(values).toEqual(Array.from({ length: 240 }, (_, index) => 760 + index))
  })

  test('is empty after an hour without a poll', () => {
    const one = history()
    one.poll(0)
    one.poll(quarter)

    expect(one.known('clients', 260 * quarter)).toEqual({})
    one.poll(300 * quarter, { clients: 7 })
    expect(one.known('clients', 300 * quarter)).toEqual({ 0: 7 })
  })

  test('holds the mean of polls that come more often', () => {
    const one = history(1_000)
    for (const [second, clients] of [10, 20, 30].entries()) one.poll(second * 1_000, { clients })

    expect(one.known('clients', 2_000)).toEqual({ 0: 20 })
  })

  test('has longer steps where polls come more seldom', () => {
    const one = history(60_000)
    one.poll(0, { clients: 1 })
    one.poll(60_000, { clients: 2 })

    expect(one.curve('clients', 61_000)).toMatchObject({ stepMilliseconds: 60_000 })
    expect(one.curve('clients', 61_000).values).toHaveLength(60)
    expect(one.known('clients', 60_000)).toEqual({ '-1': 1, 0: 2 })
  })

  test('has no value of what a server does not tell', () => {
    const one = history()
    one.poll(0, { memoryBytes: undefined })

    expect(one.known('memory', 0)).toEqual({})
    expect(one.known('clients', 0)).toEqual({ 0: 42 })
  })
})
