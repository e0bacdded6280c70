import { beforeEach, describe, expect, test } from 'vitest'
import { type Lasting, type ReadinessWatch, watchReadiness } from '../../src/poller/readiness.ts'
import { type FakeClock, fakeClock } from '../support/fake-clock.ts'

let clock: FakeClock
let ends: (number | undefined)[]
let looks: number
const targets = new Map<number, Lasting>()
let watch: ReadinessWatch
let start: number

beforeEach(() => {
  clock = fakeClock()
  start = clock.wall()
  ends = []
  looks = 0
  targets.clear()
  watch = watchReadiness(targets, clock)
  come()
  come()
})

/** A target comes, with a result that lasts until then or without one. */
function come(end?: number): Lasting {
  const index = ends.push(end) - 1
  const target = {
    end() {
      looks += 1
      return ends[index]
    },
  }
  targets.set(index, target)
  watch.noteCome(target)
  return target
}

function go(index: number): void {
  const target = targets.get(index)
  watch.note()
  targets.delete(index)
  if (target) watch.noteGone(target)
}

/** A result came that lasts so long from now. */
function resultOf(target: number, milliseconds: number): void {
  watch.note()
  ends[target] = clock.monotonic() + milliseconds
  watch.note()
}

function now(): string {
  const { status, since } = watch.now()
  return `${status} since ${(since - start) / 1e3}`
}

test('it waits from the start until all have a result', () => {
  clock.advance(5_000)
  expect(now()).toBe('waiting for the first poll since 0')

  resultOf(0, 45_000)
  clock.advance(1_000)
  expect(now()).toBe('waiting for the first poll since 0')

  resultOf(1, 45_000)
  clock.advance(1_000)
  expect(now()).toBe('ready since 6')
})

describe('when all have a result', () => {
  beforeEach(() => {
    resultOf(0, 10_000)
    resultOf(1, 20_000)
  })

  test('it is stale since the first one is too old, whenever somebody asks', () => {
    clock.advance(100_000)

    expect(now()).toBe('stale since 10')
  })

  test('it is stale for as long as one of them is', () => {
    clock.advance(15_000)
    resultOf(0, 1_000_000)
    clock.advance(1_000)
    expect(now()).toBe('ready since 15')

    clock.advance(10_000)
    expect(now()).toBe('stale since 20')
  })

  test('one that comes back while another is too old ends nothing', () => {
    clock.advance(30_000)
    resultOf(0, 1_000_000)

    expect(now()).toBe('stale since 10')
  })

  test('one that comes later without a result is seen when it is told', () => {
    come()
    clock.advance(1_000)
    expect(now()).toBe('waiting for the first poll since 0')

    go(2)
    expect(now()).toBe('ready since 1')
  })

  test('a result in time changes nothing', () => {
    clock.advance(5_000)
    resultOf(0, 100_000)
    resultOf(1, 100_000)
    clock.advance(50_000)

    expect(now()).toBe('ready since 0')
  })
})

test('without any target it is ready', () => {
  clock.advance(2_000)
  go(0)
  expect(now()).toBe('waiting for the first poll since 0')
  go(1)

  expect(now()).toBe('ready since 2')
})

test('one that comes with time for its first result changes nothing until then', () => {
  resultOf(0, 100_000)
  resultOf(1, 100_000)
  come(clock.monotonic() + 10_000)
  clock.advance(10_000)
  expect(now()).toBe('ready since 0')

  clock.advance(1)
  expect(now()).toBe('stale since 10')
})

test('it is ready again when the one that was too old goes', () => {
  resultOf(0, 10_000)
  resultOf(1, 100_000)
  clock.advance(20_000)
  expect(now()).toBe('stale since 10')
  go(0)

  expect(now()).toBe('ready since 20')
})

describe('of ten thousand targets', () => {
  const many = 10_000
  const all = Array.from({ length: many }, (_, index) => index)
  beforeEach(() => {
    while (ends.length < many) come()
    looks = 0
  })

  test.each([
    ['in their order', all],
    ['in the other order', all.toReversed()],
    ['in no order', all.map((index) => (index * 7_919) % many)],
  ])('each is looked at a few times while their first results come %s', (_, order) => {
    for (const index of order) resultOf(index, 45_000)

    expect(now()).toBe('ready since 0')
    expect(looks).toBeLessThan(10 * many)
  })

  test('so it is while others take their places', () => {
    for (const index of all) resultOf(index, 45_000)
    looks = 0
    for (const index of all) {
      come(clock.monotonic() + 45_000)
      go(index)
    }

    expect(now()).toBe('ready since 0')
    expect(looks).toBeLessThan(10 * many)
  })

  test('so it is while all come back that were too old', () => {
    for (const index of all) resultOf(index, 45_000)
    clock.advance(60_000)
    expect(now()).toBe('stale since 45')
    looks = 0
    for (const index of all) resultOf(index, 45_000)

    expect(now()).toBe('ready since 60')
    expect(looks).toBeLessThan(10 * many)
  })
})
