import { beforeEach, describe, expect, test } from 'vitest'
import type { SourceState } from '../../src/discovery/source.ts'
import { type Fleet, namesOf, startFleet } from '../../src/fleet/fleet.ts'
import type { WantedTarget } from '../../src/targets/wanted-target.ts'
import { type ChangingSource, changingSource } from '../support/changing-source.ts'
import { type RecordedLog, recordedLog } from '../support/recorded-log.ts'
import { wantedTarget } from '../support/wanted-target.ts'

type Wanted = WantedTarget<object>

const target = (name: string, more: Partial<Wanted> = {}) =>
  wantedTarget<object>(`redis://${name}`, {}, { name, ...more })
const many = (count: number) => Array.from({ length: count }, (_, k) => target(`t${k}`))

let log: RecordedLog
/** What was done, in order. */
let done: string[]
/** The names of targets whose start fails. */
let failing: Set<string>
/** What else happens when a target is started. */
let onStart: (name: string) => void

beforeEach(() => {
  log = recordedLog()
  done = []
  failing = new Set()
  onStart = () => undefined
})

function fleetOf(...sources: readonly ChangingSource<object>[]): Fleet {
  return startFleet<object>({
    sources,
    start(wanted) {
      if (failing.has(wanted.name)) throw new Error('of the test')
      done.push(`start ${wanted.name}`)
      onStart(wanted.name)
      return {
        wanted,
        walk: undefined,
        pollNow: () => undefined,
        stop: (what) => void done.push(`${wanted.name} ${what}`),
      }
    },
    log: log.log,
  })
}

/** Lets all slices of the event loop pass that somebody waits for. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate)
}

test('one target is started at once, before anything else can happen', () => {
  fleetOf(changingSource(target('a')))

  expect(done).toEqual(['start a'])
})

test('what changes while targets are started is followed after that', async () => {
  const source = changingSource<object>(...many(2))
  onStart = () => {
    onStart = () => undefined
    source.want(target('t1'), target('t2'))
  }
  fleetOf(source)
  await settled()

  expect(done).toEqual(['start t0', 'start t1', 't0 forgotten', 'start t2'])
})

describe('is complete', () => {
  test.each([
    ['what it wants', { failure: undefined, lastSuccess: 1 }],
    ['that it cannot tell', { failure: 'nobody answers', lastSuccess: undefined }],
  ])('when each source has once told %s', async (_, told) => {
    let state: SourceState = { failure: undefined, lastSuccess: undefined }
    const source = changingSource<object>(target('a'))
    const fleet = fleetOf(source, { ...changingSource<object>(), state: () => state })
    await settled()
    expect(fleet.isComplete()).toBe(false)

    state = told
    expect(fleet.isComplete()).toBe(true)
  })

  test('when all that is wanted runs', async () => {
    const source = changingSource<object>(target('a'))
    const fleet = fleetOf(source)
    await settled()
    source.want(...many(1_000))
    expect(fleet.isComplete()).toBe(false)

    await settled()
    expect(fleet.isComplete()).toBe(true)
  })

  test('and has begun when that was so once, whatever is wanted later', async () => {
    const source = changingSource<object>(...many(1_000))
    const fleet = fleetOf(source)
    expect(fleet.hasBegun()).toBe(false)

    await settled()
    expect(fleet.hasBegun()).toBe(true)
    source.want(...many(2_000))
    expect(fleet.isComplete()).toBe(false)
    expect(fleet.hasBegun()).toBe(true)
    await settled()
  })
})

describe('a target that changes', () => {
  test('is stopped first, and what is known of it is kept', async () => {
    const source = changingSource<object>(target('a'))
    fleetOf(source)
    await settled()
    source.want(target('a', { database: 3 }))
    await settled()

    expect(done).toEqual(['start a', 'a kept', 'start a'])
  })

  test('in its name or its labels is forgotten, before another can have its name', async () => {
    const [one, two] = [target('a'), target('b')]
    const source = changingSource<object>(one, two)
    fleetOf(source)
    await settled()
    source.want({ ...one, name: 'b' }, { ...two, name: 'a' })
    await settled()

    expect(done.slice(2)).toEqual(['a forgotten', 'b forgotten', 'start b', 'start a'])
  })
})

test('a target that cannot be started costs no other, and is tried again with the next change', async () => {
  failing.add('t1')
  const source = changingSource<object>(...many(3))
  fleetOf(source)
  await settled()
  expect(done).toEqual(['start t0', 'start t2'])
  expect(log.shown()).toEqual([
    expect.objectContaining({
      level: 'error',
      target: 't1',
      msg: 'the target could not be started',
    }),
  ])

  failing.clear()
  source.want(...many(3))
  await settled()
  expect(done.slice(2)).toEqual(['start t1'])
})

test('a source that fails once is followed again', async () => {
  const source = changingSource<object>(target('a'))
  let fails = true
  const broken: ChangingSource<object> = {
    ...source,
    wanted() {
      if (fails) throw new Error('of the test')
      return source.wanted()
    },
  }
  fleetOf(broken)
  await settled()
  expect(log.shown()).toMatchObject([{ msg: 'the targets could not be followed' }])

  fails = false
  source.want(target('a'))
  await settled()
  expect(done).toEqual(['start a'])
})

describe('the log', () => {
  test('says nothing of the targets of the start, and of others by their names', async () => {
    const source = changingSource<object>(target('a'), target('b'))
    fleetOf(source)
    await settled()
    source.want(target('b', { database: 1 }), target('c'))
    await settled()
    source.want(target('b', { database: 1 }), target('c'))
    await settled()

    expect(log.shown()).toEqual([
      {
        level: 'info',
        started: ['c'],
        stopped: ['a'],
        changed: ['b'],
        msg: 'other targets are wanted',
      },
    ])
  })

  test('tells of the first ones too where there were none at the start', async () => {
    const source = changingSource<object>()
    fleetOf(source)
    await settled()
    source.want(target('a'))
    await settled()

    expect(log.shown()).toMatchObject([{ started: ['a'] }])
  })

  test('names twenty of many', () => {
    expect(namesOf(many(20))).toHaveLength(20)
    expect(namesOf(many(1_000)).slice(19)).toEqual(['t19', 'and 980 more'])
  })
})

test('a fleet that was stopped starts nothing more', async () => {
  const source = changingSource<object>(target('a'))
  const fleet = fleetOf(source)
  fleet.stop()
  source.want(target('b'))
  await settled()

  expect(done).toEqual(['start a', 'a forgotten'])
  expect(source.isStopped()).toBe(true)
})
