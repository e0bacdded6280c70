import { beforeEach, describe, expect, test } from 'vitest'
import { gauge, sample } from '../../src/metrics/metric.ts'
import type { Noted } from '../../src/poller/collector-log.ts'
import type { PollResult } from '../../src/poller/poll-target.ts'
import type { CollectorResult } from '../../src/poller/run-collector.ts'
import { createSlowPollTask, type SlowPollTask } from '../../src/poller/slow-poll-task.ts'
import { createSlowResults } from '../../src/poller/slow-results.ts'
import { type FakeClock, fakeClock } from '../support/fake-clock.ts'
import { downResult, failed, runOf, upResult } from '../support/poll-results.ts'
import {
  type PublishedSlowResults,
  publishedSlowResults,
} from '../support/published-slow-results.ts'

const value = gauge('script_values', 'Value of a script (a test)', ['key'])

let clock: FakeClock
let store: PublishedSlowResults
let noted: Noted[]
let task: SlowPollTask
let next: () => PollResult
let left: number

beforeEach(() => {
  clock = fakeClock()
  store = publishedSlowResults()
  noted = []
  left = 0
  task = createSlowPollTask({
    beginResults: createSlowResults({
      namespace: 'redis',
      showRole: false,
      scanInterval: 60_000,
      scanMaxAge: undefined,
      store,
    }),
    collectors: [{ name: 'scripts' }, { name: 'search-indexes' }],
    pollTarget: async () => next(),
    leave: () => {
      left += 1
    },
    noteCollector: (result) => void noted.push(result),
    clock,
  })
})

/** What the scripts gave. */
function scripts(number: number): Partial<CollectorResult> {
  return { name: 'scripts', samples: [sample(value, number, { key: 'a' })] }
}

async function pollWith(...collectors: readonly Partial<CollectorResult>[]): Promise<void> {
  const { collectors: all, ...rest } = upResult(...collectors)
  // Without what it reads of the memory.
  next = () => ({ ...rest, collectors: all.slice(1) })
  await task.run()
}

async function pollDown(): Promise<void> {
  next = () => downResult()
  await task.run()
}

const ofFirst = { run: runOf('first'), role: 'master' }
const ofSecond = { run: runOf('second'), role: 'master' }

const series = (number: number) =>
  `# TYPE redis_script_values gauge\nredis_script_values{key="a"} ${number}\n`

describe('what is published', () => {
  test('is the result of each collector, counted from the begin of the poll', async () => {
    const began = clock.monotonic()
    next = () => {
      clock.advance(4_000)
      const { collectors, ...rest } = upResult(scripts(1), { name: 'search-indexes' })
      return { ...rest, collectors: collectors.slice(1), seconds: 4 }
    }
    await task.run()

    const origin = { run: runOf('first'), role: '' }
    const how = { origin, takenAt: began, maximumAgeMilliseconds: 188_000 }
    expect(store.all).toEqual([
      { ...how, collector: 'scripts', text: series(1), series: 1 },
      { ...how, collector: 'search-indexes', text: '', series: 0 },
    ])
  })

  test('is nothing of a collector that failed, which costs no other', async () => {
    await pollWith(scripts(1), { name: 'search-indexes' })
    await pollWith(scripts(2), failed('search-indexes', 'timeout'))

    expect(store.all.map(({ collector }) => collector)).toEqual([
      ...['scripts', 'search-indexes'],
      'scripts',
    ])
    expect(store.texts().scripts).toBe(series(2))
  })

  test('is nothing when the server was not reached: all results from before stay', async () => {
    await pollWith(scripts(1))
    await pollDown()

    expect(store.texts()).toEqual({ scripts: series(1) })
    expect(store.all).toHaveLength(1)
  })
})

describe('how the collectors did', () => {
  const last = () => task.collectors(ofFirst).map(({ name, error }) => [name, error?.reason])

  test('is not known before the first poll', () => {
    expect(last()).toEqual([])
  })

  test('is known of those that apply to the server', async () => {
    await pollWith(scripts(1))

    expect(last()).toEqual([['scripts', undefined]])
  })

  test('is that all failed when the server was not reached', async () => {
    await pollDown()

    expect(last()).toEqual([
      ['scripts', 'connection'],
      ['search-indexes', 'connection'],
    ])
  })

  test('is told to whoever counts and logs it, after each poll', async () => {
    const limited = { ...scripts(1), leftOut: 3, rejected: ['FT.INFO'] }
    await pollWith(limited)
    await pollDown()

    expect(noted).toMatchObject([
      { name: 'scripts', leftOut: 3, rejected: ['FT.INFO'] },
      { name: 'scripts', leftOut: 0, error: { reason: 'connection' } },
      { name: 'search-indexes', error: { reason: 'connection' } },
    ])
  })
})

describe('when a poll meets another server', () => {
  test('the results of the one before are told as its own, and how they went not at all', async () => {
    await pollWith(scripts(1))
    task.meet(ofFirst)
    task.meet(ofSecond)

    expect(store.all.map(({ origin }) => origin.run)).toEqual([runOf('first')])
    expect(task.collectors(ofSecond)).toEqual([])
  })

  test('the connection is left once, so that the next one leads to that server', async () => {
    await pollWith(scripts(1))
    for (const origin of [ofFirst, ofFirst, ofSecond, ofSecond]) task.meet(origin)

    expect(left).toBe(1)
  })

  test('the connection stays where these polls have met it already', async () => {
    await pollWith(scripts(1))
    task.meet(ofFirst)
    const { collectors: _, ...rest } = upResult()
    next = () => ({ ...rest, run: runOf('second'), collectors: [] })
    await task.run()
    task.meet(ofSecond)

    expect(left).toBe(0)
  })

  test('that none was reached is told whoever answers now', async () => {
    await pollDown()

    expect(task.collectors(ofSecond)).toHaveLength(2)
  })
})
