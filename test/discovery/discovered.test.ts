import { describe, expect, test } from 'vitest'
import { createDiscovered, type Finding } from '../../src/discovery/discovered.ts'
import { type FakeClock, fakeClock } from '../support/fake-clock.ts'
import { recordedLog } from '../support/recorded-log.ts'
import { wantedTarget } from '../support/wanted-target.ts'

const [seed, one, other] = ['seed', 'one', 'other'].map((host) =>
  wantedTarget(`redis://${host}`, {}),
)
const targets = (...all: readonly (typeof seed)[]) => all.flatMap((target) => target ?? [])

interface Given {
  readonly before?: Finding<object>
  readonly clock?: FakeClock
}

function discovered({ before, clock = fakeClock() }: Given = {}) {
  const { log, lines } = recordedLog()
  let told = 0
  const found = createDiscovered({
    name: 'cluster seed',
    seeds: targets(seed),
    maximumAgeMilliseconds: 300_000,
    before,
    clock,
    log,
  })
  const stop = found.onChange(() => {
    told += 1
  })
  return { ...found, clock, lines, told: () => told, stop }
}

test('as long as nothing is known, nothing is wanted, and what is configured is asked', () => {
  const { wanted, known, state } = discovered()

  expect(wanted()).toEqual([])
  expect(known()).toEqual(targets(seed))
  expect(state()).toEqual({ failure: undefined, lastSuccess: undefined })
})

test('where nothing can be found out, what is configured is wanted', () => {
  const { wanted, failed } = discovered()
  failed('no node answers')

  expect(wanted()).toEqual(targets(seed))
})

test('what is found is wanted, and told once', () => {
  const { wanted, found, told, state, clock } = discovered()
  found(targets(one, other))
  found(targets(one, other))

  expect(wanted()).toEqual(targets(one, other))
  expect(told()).toBe(1)
  expect(state()).toEqual({ failure: undefined, lastSuccess: clock.wall() })
})

test('who does not listen any more is not told', () => {
  const { found, told, stop } = discovered()
  stop()
  found(targets(one))

  expect(told()).toBe(0)
})

test('a target that gets other settings, labels or another login is told', () => {
  const { found, told } = discovered()
  found(targets(one))
  found(targets(one && { ...one, settings: {} }))
  found(targets(one && { ...one, labels: {} }))
  found(targets(one && { ...one, login: { ...one.login, from: 'elsewhere' } }))

  expect(told()).toBe(4)
})

describe('what was found last', () => {
  test('is kept when it cannot be found anew, and the failure is told once', () => {
    const { wanted, found, failed, told, state, clock } = discovered()
    found(targets(one))
    const lastSuccess = clock.wall()
    clock.advance(299_000)
    failed('no node answers')
    failed('no node answers')

    expect(wanted()).toEqual(targets(one))
    expect(told()).toBe(2)
    const failure = 'no node answers; what was found last is still watched'
    expect(state()).toEqual({ failure, lastSuccess })
  })

  test('is forgotten when that lasts too long, so that what is configured is wanted again', () => {
    const { wanted, found, failed, state, isKnown, clock } = discovered()
    found(targets(one))
    failed('no node answers')
    clock.advance(301_000)
    failed('no node answers')

    expect(wanted()).toEqual(targets(seed))
    expect(isKnown()).toBe(false)
    expect(state().failure).toBe('no node answers; nothing else is watched than what is configured')
  })

  test('is not forgotten for one failure, however long ago it was found', () => {
    const { wanted, found, failed, isKnown, clock } = discovered()
    found(targets(one))
    clock.advance(3_600_000)
    failed('no node answers')
    clock.advance(299_000)
    failed('no node answers')

    expect(wanted()).toEqual(targets(one))
    expect(isKnown()).toBe(true)
  })

  test('is kept as long once more when part of it was found in between', () => {
    const { found, foundInPart, failed, isKnown, clock } = discovered()
    found(targets(one))
    failed('no node answers')
    clock.advance(200_000)
    foundInPart(targets(one), 'two nodes announce one address')
    clock.advance(200_000)
    failed('no node answers')

    expect(isKnown()).toBe(true)
  })

  test('is kept as long once more when it was found in between', () => {
    const { found, failed, isKnown, clock } = discovered()
    found(targets(one))
    failed('no node answers')
    clock.advance(200_000)
    found(targets(one))
    failed('no node answers')
    clock.advance(200_000)
    failed('no node answers')

    expect(isKnown()).toBe(true)
  })

  test('is kept no longer by another one that takes its place', () => {
    const first = discovered()
    first.found(targets(one))
    first.failed('no node answers')
    first.clock.advance(200_000)
    const next = discovered({ before: first.finding(), clock: first.clock })
    next.failed('no node answers')
    first.clock.advance(101_000)
    next.failed('no node answers')

    expect(next.isKnown()).toBe(false)
  })
})

test('the log tells once what fails, and that it works again', () => {
  const { found, failed, lines } = discovered()
  failed('no node answers')
  failed('no node answers')
  found(targets(one))
  found(targets(other))

  expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
    ['warn', 'discovery failed: no node answers; nothing else is watched than what is configured'],
    ['info', 'discovery works again'],
  ])
})
