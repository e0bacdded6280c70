import { beforeEach, describe, expect, test } from 'vitest'
import { sample } from '../../src/metrics/metric.ts'
import { redisError } from '../../src/redis/redis-error.ts'
import {
  type FakeWalk,
  failing,
  finding,
  type RecordedWalkTask,
  recordedWalkTask,
  series,
  size,
  walked,
} from '../support/recorded-walk-task.ts'

const target = 'redis://localhost:6379'
const noperm = redisError('noperm', 'the user may not run the command (NOPERM)')
const lost = redisError('connection', 'the connection was closed')

let task: RecordedWalkTask

beforeEach(() => {
  task = recordedWalkTask(target)
})

describe('what is published', () => {
  test('is the result of a walk that came to its end, and nothing before that', async () => {
    let during: unknown
    await task.walk((hooks) => {
      const given = finding(1)(hooks)
      during = [...task.store.all]
      return given
    })

    expect(during).toEqual([])
    expect(task.store.texts()).toEqual({ 'check-keys': series(1) })
  })

  test('is counted from the begin of the walk', async () => {
    const began = task.clock.monotonic()
    await task.walk((hooks) => {
      hooks.clock.advance(7_000)
      return finding(1, { seconds: 7 })(hooks)
    })

    expect(task.store.all).toMatchObject([
      { takenAt: began, maximumAgeMilliseconds: 3 * 60_000 + 14_000 },
    ])
  })

  test('is no half of a walk that failed: the result from before stays', async () => {
    await task.walk(finding(1))
    await task.walk(finding(2, { error: lost }))

    expect(task.store.texts()).toEqual({ 'check-keys': series(1) })
    expect(task.store.all).toHaveLength(1)
  })

  test('is nothing of a collector that failed: its result from before stays', async () => {
    await task.walk(finding(1))
    await task.walk(({ begin }) => {
      const accept = begin()
      accept('check-keys', [sample(size, 2, { key: 'a' })])
      accept('check-streams', [])
      return { collectors: [walked('check-keys', { error: noperm }), walked('check-streams')] }
    })

    expect(task.store.texts()).toEqual({ 'check-keys': series(1), 'check-streams': '' })
  })

  test('is nothing of a server that was another one when the walk began anew', async () => {
    await task.walk((hooks) => {
      hooks.begin()('check-keys', [sample(size, 1, { key: 'of the first' })])
      return finding(2)(hooks)
    })

    expect(task.store.texts()).toEqual({ 'check-keys': series(2) })
  })
})

describe('the counts', () => {
  test('tell of complete and of failed walks, and of those that went on', async () => {
    for (const walk of [finding(1), failing, failing]) await task.walk(walk)
    await task.walk((hooks) => {
      hooks.resumed()
      return finding(1)(hooks)
    })

    expect(await task.figure('scans_total', { result: 'complete' })).toBe(2)
    expect(await task.figure('scans_total', { result: 'failed' })).toBe(2)
    expect(await task.figure('scan_resumed_total')).toBe(1)
  })

  test('tell how far a walk is while it runs', async () => {
    let during: readonly unknown[] = []
    await task.walk(async ({ begin, progress }) => {
      begin()
      progress({ keys: 500, ratio: 0.25, load: 0.03 })
      during = await Promise.all(
        ['running', 'keys', 'progress_ratio', 'load_ratio'].map((name) =>
          task.figure(`scan_${name}`),
        ),
      )
      return {}
    })

    expect(during).toEqual([1, 500, 0.25, 0.03])
  })

  test('tell of the last complete walk when it began, what it took and what it gave', async () => {
    const began = task.clock.wall() / 1e3
    await task.walk(finding(1, { seconds: 12.5, load: 0.04 }))
    task.clock.advance(60_000)
    await task.walk(finding(2, { error: lost, seconds: 3 }))

    expect(await task.figure('scan_timestamp_seconds')).toBe(began)
    expect(await task.figure('scan_duration_seconds')).toBe(12.5)
    expect(await task.figure('scan_series')).toBe(1)
    expect(await task.figure('scan_running')).toBe(0)
  })

  test('of collectors are told whoever counts what they left out and could not read', async () => {
    const some = [walked('check-keys', { leftOut: 3, rejected: ['TYPE'] }), walked('count-keys')]
    await task.walk(finding(1, { collectors: some }))

    expect(task.noted).toEqual(some)
  })

  test('of collectors are told of a walk that failed: each failed with it, or on its own', async () => {
    const refused = walked('check-streams', { error: noperm })
    const cut = walked('check-keys', { leftOut: 3 })
    await task.walk(finding(1, { error: lost, collectors: [cut, refused] }))

    expect(task.noted).toEqual([walked('check-keys', { error: lost }), refused])
  })

  test('of collectors are told too when no server was met', async () => {
    await task.walk(failing)

    expect(task.noted).toMatchObject([{ name: 'check-keys', error: { reason: 'connection' } }])
  })

  test('of collectors are told while a walk waits for its server to come back', async () => {
    let during: unknown
    await task.walk((hooks) => {
      hooks.begin()
      hooks.waiting(lost)
      during = task.collectors()
      return finding(1)(hooks)
    })

    expect(during).toMatchObject([{ name: 'check-keys', error: lost }])
    expect(task.noted).toMatchObject([{ error: lost }, { name: 'check-keys' }])
    expect(task.collectors()).toEqual([walked('check-keys')])
  })
})

describe('whoever asks', () => {
  test('before the first walk learns that there was none', () => {
    expect(task.state()).toEqual({
      target,
      running: false,
      keys: 0,
      ratio: 0,
      load: 0,
      ageSeconds: undefined,
    })
  })

  test('during a walk learns how far it is, and how old the result from before is', async () => {
    await task.walk(finding(1, { keys: 800 }))
    task.clock.advance(60_000)
    let during: unknown
    await task.walk(({ begin, progress }) => {
      begin()
      progress({ keys: 200, ratio: 0.25, load: 0.05 })
      during = task.state()
      return {}
    })

    expect(during).toMatchObject({ running: true, keys: 200, ratio: 0.25, ageSeconds: 60 })
  })

  test('when a walk begins does not see the progress of the one before', async () => {
    await task.walk(finding(1, { keys: 800 }))
    let during: unknown
    await task.walk(() => {
      during = task.state()
      return { error: lost }
    })

    expect(during).toMatchObject({ running: true, keys: 0, ratio: 0 })
  })

  test('after a complete walk learns that all was seen, though keys went away meanwhile', async () => {
    await task.walk((hooks) => {
      hooks.progress({ keys: 790, ratio: 0.79, load: 0.05 })
      return finding(1, { keys: 800, load: 0.05 })(hooks)
    })

    expect(task.state()).toMatchObject({ running: false, keys: 800, ratio: 1, load: 0.05 })
  })

  test('after a walk that failed learns of the complete one whose keys are served', async () => {
    const broken: FakeWalk = ({ begin, progress }) => {
      begin()
      progress({ keys: 200, ratio: 0.25, load: 0.05 })
      return { error: lost, keys: 210 }
    }
    await task.walk(broken)
    expect(task.state()).toMatchObject({ running: false, keys: 0, ratio: 0 })

    await task.walk(finding(1, { keys: 800, load: 0.01 }))
    await task.walk(broken)
    expect(task.state()).toMatchObject({ running: false, keys: 800, ratio: 1, load: 0.01 })
    expect(await task.figure('scan_keys')).toBe(800)
  })
})

test('the collectors of the last walk are known, of one that failed that they failed', async () => {
  const some = [walked('check-keys', { error: noperm }), walked('count-keys')]
  expect(task.collectors()).toEqual([])
  await task.walk(finding(1, { collectors: some }))
  expect(task.collectors()).toEqual(some)

  await task.walk(failing)
  expect(task.collectors()).toMatchObject([{ name: 'check-keys', error: { reason: 'connection' } }])
})
