import { describe, expect, test } from 'vitest'
import { createPace, type Pace, type ServerWord } from '../../src/walk/pace.ts'

const silent: ServerWord = { spent: undefined, scan: undefined, busyWithOthers: undefined }

/** A pace that begins at 0. */
function paceOf(maximumLoad: number, maximumCount = 1000): Pace {
  return createPace({ maximumLoad, maximumCount, now: 0 })
}

/** Trips of one command each that begin when they may, until the given time; returns their number. */
function trips(
  pace: Pace,
  from: number,
  until: number,
  milliseconds: number,
  isScan = true,
): number {
  let now = from
  let made = 0
  while (now < until) {
    now += pace.wait(now) + milliseconds
    pace.tripMade({ milliseconds, commands: 1, isScan }, now)
    made += 1
  }
  return made
}

describe('with a limit', () => {
  test('a trip is paid for with a pause that brings the load down to the limit', () => {
    const pace = paceOf(0.05)
    pace.tripMade({ milliseconds: 1, commands: 1, isScan: true }, 1)

    expect(pace.wait(1)).toBe(19)
    expect(pace.wait(15)).toBe(5)
    expect(pace.wait(20)).toBe(0)
  })

  test.each([0.01, 0.05, 0.5, 1])('the load stays at %d over many trips', (limit) => {
    const pace = paceOf(limit)
    trips(pace, 0, 10_000, 0.5)

    expect(pace.load(10_000)).toBeLessThanOrEqual(limit * 1.01)
    expect(pace.load(10_000)).toBeGreaterThan(limit * 0.98)
  })

  test('no pause is saved up: after standing still the walk is not faster', () => {
    const pace = paceOf(0.1)
    pace.tripMade({ milliseconds: 1, commands: 1, isScan: true }, 10_000)

    expect(pace.wait(10_000)).toBe(9)
  })

  test('pauses under a millisecond are not slept but owed', () => {
    const pace = paceOf(0.5)
    pace.tripMade({ milliseconds: 0.6, commands: 1, isScan: true }, 0.6)
    expect(pace.wait(0.6)).toBe(0)
    pace.tripMade({ milliseconds: 0.6, commands: 1, isScan: true }, 1.2)

    expect(pace.wait(1.2)).toBeCloseTo(1.2)
  })

  test('what the server says it spent counts, not the time that a reply took', () => {
    const pace = paceOf(0.05)
    for (const now of [10, 20]) pace.tripMade({ milliseconds: 10, commands: 1, isScan: true }, now)
    pace.hear({ ...silent, spent: 2 }, 20)
    pace.tripMade({ milliseconds: 10, commands: 1, isScan: true }, 1_000)

    // A tenth of the time, and a little for reading and writing that the server does not count.
    expect(pace.wait(1_000)).toBeGreaterThan(10)
    expect(pace.wait(1_000)).toBeLessThan(11)
  })
})

test('a trip in which the server stood still is not paid for by all of its length', () => {
  const pace = paceOf(0.05)
  for (const now of [10, 20]) pace.tripMade({ milliseconds: 1, commands: 1, isScan: true }, now)
  pace.hear({ ...silent, spent: 0.4 }, 50)
  pace.tripMade({ milliseconds: 10_000, commands: 1, isScan: true }, 20_000)

  expect(pace.wait(20_000)).toBe(0)
  expect(pace.load(20_000)).toBeLessThan(0.001)
})

test('the first trip, of which the server has not told anything, makes no long pause either', () => {
  const pace = paceOf(0.05)
  pace.tripMade({ milliseconds: 150, commands: 1, isScan: false }, 150)

  expect(pace.wait(150)).toBeLessThan(200)
})

test('without a limit nothing waits', () => {
  const pace = paceOf(0)
  pace.tripMade({ milliseconds: 10, commands: 1, isScan: true }, 10)

  expect(pace.wait(10)).toBe(0)
  expect(pace.load(20)).toBe(0.5)
})

describe('the number of keys that a SCAN asks for', () => {
  test('is small at first, and never beyond what is allowed', () => {
    expect(paceOf(0, 1000).count()).toBe(100)
    expect(paceOf(0, 7).count()).toBe(7)
  })

  test.each([
    ['grows where a SCAN takes little', 0.01, 400],
    ['shrinks where it takes long', 4, 25],
    ['stays where it takes the right time', 1, 100],
  ])('%s', (_name, scan, expected) => {
    const pace = paceOf(0)
    pace.tripMade({ milliseconds: 5, commands: 1, isScan: true }, 5)
    pace.hear({ ...silent, spent: 1, scan }, 60)

    expect(pace.count()).toBe(expected)
  })

  test('goes by the time of the replies where the server does not say', () => {
    const pace = paceOf(0)
    pace.tripMade({ milliseconds: 0.8, commands: 1, isScan: true }, 1)
    pace.hear(silent, 60)

    expect(pace.count()).toBe(125)
  })

  test('never grows beyond the batch size, however small that is', () => {
    const pace = paceOf(0, 5)
    pace.tripMade({ milliseconds: 0.01, commands: 1, isScan: true }, 1)
    pace.hear({ ...silent, spent: 0.01, scan: 0.01 }, 60)

    expect(pace.count()).toBe(5)
  })

  test('with a limit a SCAN may take a tenth of that', () => {
    const pace = paceOf(0.05)
    pace.tripMade({ milliseconds: 5, commands: 1, isScan: true }, 5)
    pace.hear({ ...silent, spent: 0.5, scan: 0.5 }, 60)

    expect(pace.count()).toBe(20)
  })

  test('with a limit it also follows the trips that look at keys', () => {
    const pace = paceOf(0.05)
    pace.tripMade({ milliseconds: 0.1, commands: 1, isScan: true }, 1)
    pace.tripMade({ milliseconds: 0.8, commands: 100, isScan: false }, 20)
    pace.hear(silent, 60)

    expect(pace.count()).toBe(13)
  })
})

describe('the server is asked what it spent', () => {
  test('often until the number of keys has settled, then twice a second, and not for nothing', () => {
    const pace = paceOf(0.05)
    expect(pace.wantsWord(1_000)).toBe(false)
    pace.tripMade({ milliseconds: 1, commands: 1, isScan: true }, 1)
    expect(pace.wantsWord(40)).toBe(false)
    expect(pace.wantsWord(50)).toBe(true)
    // So long a SCAN halves the number; the next one takes the right time.
    pace.hear(silent, 50)
    pace.tripMade({ milliseconds: 0.5, commands: 1, isScan: true }, 60)
    expect(pace.wantsWord(90)).toBe(false)
    expect(pace.wantsWord(100)).toBe(true)
    pace.hear(silent, 100)
    pace.tripMade({ milliseconds: 0.5, commands: 1, isScan: true }, 110)

    expect(pace.wantsWord(590)).toBe(false)
    expect(pace.wantsWord(600)).toBe(true)
  })
})

describe('others come first', () => {
  function slowedBy(word: Partial<ServerWord>, calmTrip: number, busyTrip: number): number {
    const pace = paceOf(0.1)
    const free = trips(pace, 0, 1_000, calmTrip)
    pace.hear({ ...silent, spent: free * calmTrip * 0.5 }, 1_000)
    const calm = trips(pace, 1_000, 2_000, calmTrip)
    pace.hear({ ...silent, spent: calm * calmTrip * 0.5, ...word }, 2_000)
    const after = trips(pace, 2_000, 3_000, busyTrip)
    return after / calm
  }

  test('a server that is busy with others gets a share of what is left', () => {
    expect(slowedBy({ busyWithOthers: 0.5 }, 1, 1)).toBeGreaterThan(0.9)
    expect(slowedBy({ busyWithOthers: 0.8 }, 1, 1)).toBeCloseTo(0.5, 1)
    expect(slowedBy({ busyWithOthers: 1 }, 1, 1)).toBeCloseTo(0.1, 1)
  })

  test('replies that wait longer than before halve the speed, again and again, down to a tenth', () => {
    const pace = paceOf(0.1)
    let now = 0
    const step = (milliseconds: number, spent: number) => {
      const made = trips(pace, now, now + 1_000, milliseconds)
      now += 1_000
      pace.hear({ ...silent, spent: made * spent }, now)
      return made
    }
    step(1, 0.5)
    const calm = step(1, 0.5)
    const speeds = Array.from({ length: 8 }, () => step(5, 0.5) / calm)

    expect(speeds[1]).toBeLessThan(0.6)
    expect(speeds.at(-1)).toBeGreaterThan(0.05)
    expect(speeds.at(-1)).toBeLessThan(0.15)

    const recovered = Array.from({ length: 15 }, () => step(1, 0.5) / calm)
    expect(recovered.at(-1)).toBeGreaterThan(0.9)
  })
})

describe('a walk that was slowed gets back to its limit', () => {
  /** How many trips there are in each second; `word` makes what the server says of so many. */
  function secondsOf(pace: Pace) {
    let now = 0
    return (seconds: number, trip: number, word: (made: number) => Partial<ServerWord>) =>
      Array.from({ length: seconds }, () => {
        const made = trips(pace, now, now + 1_000, trip)
        now += 1_000
        pace.hear({ ...silent, ...word(made) }, now)
        return made
      })
  }
  const says = (made: number) => ({ spent: made * 0.5 })
  const saysNothing = () => ({})
  const last = (speeds: readonly number[]) => speeds.at(-1) ?? 0

  test('where the server says no more what it spent, though others waited when it last did', () => {
    const pass = secondsOf(paceOf(0.1))
    const calm = last(pass(2, 1, says))
    expect(last(pass(8, 5, says)) / calm).toBeLessThan(0.15)

    expect(last(pass(15, 1, saysNothing)) / calm).toBeGreaterThan(0.9)
  })

  test('where it was busy with others, and says nothing any more', () => {
    const pass = secondsOf(paceOf(0.1))
    const calm = last(pass(2, 1, says))
    expect(last(pass(3, 1, (made) => ({ ...says(made), busyWithOthers: 1 }))) / calm).toBeLessThan(
      0.15,
    )

    expect(last(pass(15, 1, saysNothing)) / calm).toBeGreaterThan(0.9)
  })

  test('where the server never says what it spent, with as many keys for each SCAN', () => {
    const pace = paceOf(0.1)
    const pass = secondsOf(pace)
    const calm = last(pass(3, 0.5, saysNothing))
    const count = pace.count()
    expect(last(pass(8, 9, saysNothing)) / calm).toBeLessThan(0.15)
    expect(pace.count()).toBeLessThan(count)

    expect(last(pass(15, 0.05, saysNothing)) / calm).toBeGreaterThan(0.9)
    expect(pace.count()).toBeGreaterThanOrEqual(count)
  })

  test('where replies take longer from some moment on for good, as on another way to the server', () => {
    const pass = secondsOf(paceOf(0.1))
    const calm = last(pass(2, 1, says))
    const slowed = pass(4, 3, says)
    expect(last(slowed) / calm).toBeLessThan(0.3)

    expect(last(pass(120, 3, says)) / calm).toBeGreaterThan(0.9)
  })
})

test('being told nothing sensible harms nothing', () => {
  const pace = paceOf(0.05)
  pace.tripMade({ milliseconds: 0, commands: 1, isScan: true }, 1)
  pace.hear({ spent: 0, scan: 0, busyWithOthers: 2 }, 60)

  expect(pace.count()).toBeGreaterThan(0)
  expect(pace.wait(60)).toBeGreaterThanOrEqual(0)
  expect(pace.load(60)).toBe(0)
})
