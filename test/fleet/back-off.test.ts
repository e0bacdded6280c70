import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type BackOffOptions, createBackOff } from '../../src/fleet/back-off.ts'

const usual: BackOffOptions = {
  intervalMilliseconds: 15_000,
  timeoutMilliseconds: 10_000,
  maximumAgeMilliseconds: 45_000,
  random: () => 0.999,
}

/** At which of so many places a target is polled that is reached as told; at all others it is not. */
function polledAt(options: BackOffOptions, places: number, isReached: (place: number) => boolean) {
  const backOff = createBackOff(options)
  const polled: number[] = []
  for (let place = 0; place < places; place++) {
    if (!backOff.isDue()) continue
    polled.push(place)
    backOff.note(isReached(place))
  }
  return polled
}

const never = () => false

test('a target that is reached is polled at each place', () => {
  expect(polledAt(usual, 5, () => true)).toEqual([0, 1, 2, 3, 4])
})

describe('a target that cannot be reached', () => {
  test('is polled so seldom that what is served of it is never too old', () => {
    expect(polledAt(usual, 7, never)).toEqual([0, 2, 4, 6])
  })

  test('is polled more and more seldom where the maximum age is long', () => {
    const patient = { ...usual, maximumAgeMilliseconds: 600_000 }

    expect(polledAt(patient, 120, never)).toEqual([0, 2, 6, 14, 30, 62, 101])
  })

  test('is polled at each place where the maximum age is short', () => {
    expect(polledAt({ ...usual, maximumAgeMilliseconds: 16_000 }, 4, never)).toEqual([0, 1, 2, 3])
  })

  test('is polled at places drawn by lot', () => {
    const lots = [0, 0.999, 0.4, 0.6]
    const random = () => lots.shift() ?? 0

    expect(polledAt({ ...usual, random }, 8, never)).toEqual([0, 1, 3, 4, 6, 7])
  })

  test('is polled at each place again once it is back', () => {
    const patient = { ...usual, maximumAgeMilliseconds: 600_000 }

    expect(polledAt(patient, 18, (place) => place >= 14)).toEqual([0, 2, 6, 14, 15, 16, 17])
  })

  test('begins anew with the next outage', () => {
    const patient = { ...usual, maximumAgeMilliseconds: 600_000 }
    const polled = polledAt(patient, 24, (place) => place === 14)

    expect(polled).toEqual([0, 2, 6, 14, 15, 17, 21])
  })
})

test('whatever the settings and the lots, the next poll ends before the last one is too old', () => {
  const settings = fc
    .record({
      interval: fc.integer({ min: 1, max: 3_600 }),
      timeoutShare: fc.double({ min: 0.01, max: 1, noNaN: true }),
      ageFactor: fc.double({ min: 2, max: 50, noNaN: true }),
      lots: fc.array(fc.double({ min: 0, max: 0.999_999, noNaN: true }), { minLength: 1 }),
    })
    .map(({ interval, timeoutShare, ageFactor, lots }) => ({
      options: {
        intervalMilliseconds: interval * 1_000,
        timeoutMilliseconds: interval * 1_000 * timeoutShare,
        maximumAgeMilliseconds: interval * 1_000 * ageFactor,
      },
      lots,
    }))

  fc.assert(
    fc.property(settings, ({ options, lots }) => {
      let drawn = 0
      const random = () => lots[drawn++ % lots.length] ?? 0
      const polled = polledAt({ ...options, random }, 300, never)
      for (const [index, place] of polled.slice(1).entries()) {
        const begin = (place - (polled[index] ?? 0)) * options.intervalMilliseconds
        expect(begin + options.timeoutMilliseconds).toBeLessThanOrEqual(
          options.maximumAgeMilliseconds,
        )
      }
    }),
  )
})

describe('between places that are far apart', () => {
  const hourly = { ...usual, intervalMilliseconds: 3_600_000, random: () => 0.5 }

  /** After how many seconds each poll follows the last one, where none reaches the server. */
  function waits(options: BackOffOptions, polls: number, milliseconds = 0) {
    const backOff = createBackOff(options)
    return Array.from({ length: polls }, () => {
      backOff.note(false)
      return (backOff.soon(milliseconds) ?? Number.NaN) / 1e3
    })
  }

  test('one that was not reached is polled soon, and then more and more seldom', () => {
    expect(waits(hourly, 10)).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 1_280, Number.NaN])
    expect(waits({ ...usual, random: () => 0.5 }, 2)).toEqual([5, Number.NaN])
  })

  test('one that is silent is not polled where that would last beyond its next place', () => {
    const few = { ...usual, random: () => 0.5 }
    expect(waits(few, 1, 10_000)).toEqual([Number.NaN])
    expect(waits(few, 1, 5_000)).toEqual([5])
    expect(waits({ ...few, intervalMilliseconds: 30_000 }, 1, 10_000)).toEqual([5])
  })

  test('it is at a moment drawn by lot', () => {
    expect(waits({ ...hourly, random: () => 0 }, 1)).toEqual([3.75])
  })

  test('one that is reached, or whose next place is near, waits for its place', () => {
    const backOff = createBackOff(hourly)
    backOff.note(true)
    expect(backOff.soon(0)).toBeUndefined()

    expect(waits({ ...usual, intervalMilliseconds: 5_000 }, 1)).toEqual([Number.NaN])
  })
})
