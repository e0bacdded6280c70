import { beforeEach, describe, expect, test } from 'vitest'
import { type ReadinessWatch, watchReadiness } from '../../src/poller/readiness.ts'
import { type FakeClock, fakeClock } from '../support/fake-clock.ts'

let clock: FakeClock
let ends: (number | undefined)[]
let watch: ReadinessWatch
let start: number

beforeEach(() => {
  clock = fakeClock()
  start = clock.wall()
  ends = [undefined, undefined]
  watch = watchReadiness(() => ends.map((_, index) => () => ends[index]), clock)
})

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

  test('it is stale for as long as any is', () => {
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
    ends.push(undefined)
    watch.noteTargets()
    clock.advance(1_000)
    expect(now()).toBe('waiting for the first poll since 0')

    ends.pop()
    watch.noteTargets()
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
