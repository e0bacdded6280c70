import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createSentinelEvents } from '../../src/discovery/sentinel-events.ts'
import { endFailedConnection, withinConnection } from '../../src/redis/connection-scope.ts'
import { redisError } from '../../src/redis/redis-error.ts'
import type { Hearing } from '../../src/redis/subscription.ts'
import { eventually } from '../support/eventually.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { recordedLog } from '../support/recorded-log.ts'

function listened() {
  const hearings = new Map<string, Hearing>()
  const closed: string[] = []
  let changes = 0
  const { log, lines } = recordedLog()
  const clock = fakeClock()
  const events = createSentinelEvents<{ address: string; name: string }>({
    subscribe({ address }, _channels, hearing) {
      hearings.set(address, hearing)
      return { close: () => void closed.push(address) }
    },
    onChange() {
      changes += 1
    },
    clock,
    random: () => 0.5,
    log,
  })
  const listenTo = (...names: string[]) =>
    events.listenTo(names.map((name) => ({ address: name, name })))
  const of = (name: string) => {
    const hearing = hearings.get(name)
    if (!hearing) throw new Error(`nobody listens to ${name}`)
    return hearing
  }
  return { ...events, listenTo, of, hearings, closed, lines, clock, changes: () => changes }
}

test('every message tells of a change, and so does that somebody is listened to', () => {
  const { listenTo, of, changes } = listened()
  listenTo('a', 'b')
  of('a').onReady()
  of('b').onMessage('+switch-master', 'orders 1.2.3.4 1 1.2.3.5 1')

  expect(changes()).toBe(2)
})

test('who is listened to already is not listened to once more, and who is not wanted no more', () => {
  const { listenTo, hearings, closed } = listened()
  listenTo('a', 'b')
  hearings.clear()
  listenTo('b', 'c')

  expect([...hearings.keys()]).toEqual(['c'])
  expect(closed).toEqual(['a'])
})

describe('who is lost', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  const gone = redisError('connection', 'gone')
  /** Whether it was listened to anew within so many milliseconds. */
  const isRenewed = async ({ hearings }: ReturnType<typeof listened>, milliseconds: number) => {
    hearings.clear()
    await vi.advanceTimersByTimeAsync(milliseconds)
    return hearings.has('a')
  }

  test('is listened to again after a second, without another call', async () => {
    const events = listened()
    events.listenTo('a')
    events.of('a').onReady()
    events.of('a').onEnd(gone)

    expect(await isRenewed(events, 900)).toBe(false)
    expect(await isRenewed(events, 200)).toBe(true)
    events.stop()
  })

  test('is listened to again more and more seldom, also where it is lost as soon as it is there', async () => {
    const events = listened()
    events.listenTo('a')
    for (const seconds of [1, 2, 4, 8, 15, 15]) {
      events.of('a').onReady()
      events.of('a').onEnd(gone)
      const { hearings } = events
      events.listenTo('a')
      expect(await isRenewed(events, seconds * 1_000 - 100)).toBe(false)
      expect(hearings.size).toBe(0)
      expect(await isRenewed(events, 200)).toBe(true)
    }
    events.stop()
  })

  test('is listened to again soon where it was there for long', async () => {
    const events = listened()
    events.listenTo('a')
    events.of('a').onEnd(gone)
    await isRenewed(events, 1_100)
    events.of('a').onReady()
    events.clock.advance(60_000)
    events.of('a').onEnd(gone)

    expect(await isRenewed(events, 1_100)).toBe(true)
    events.stop()
  })

  test('is not listened to again where it is not wanted any more, and leaves no timer behind', async () => {
    const events = listened()
    events.listenTo('a', 'b')
    events.of('a').onEnd(gone)
    events.of('b').onEnd(gone)
    events.listenTo('b')
    expect(vi.getTimerCount()).toBe(1)
    events.stop()

    expect(vi.getTimerCount()).toBe(0)
    expect(await isRenewed(events, 60_000)).toBe(false)
  })

  test('or refuses it is listened to again with the next call alone', async () => {
    const events = listened()
    events.listenTo('a')
    events.of('a').onEnd(redisError('noperm', 'the user may not run the command (NOPERM)'))

    expect(vi.getTimerCount()).toBe(0)
    events.hearings.clear()
    events.listenTo('a')
    expect([...events.hearings.keys()]).toEqual(['a'])
    events.stop()
  })
})

test('a refusal is logged once until it works, and that a Sentinel is away is not', () => {
  const { listenTo, of, lines, stop } = listened()
  const refused = redisError('noperm', 'the user may not run the command (NOPERM)')
  for (let times = 0; times < 3; times++) {
    listenTo('a')
    of('a').onEnd(refused)
  }
  listenTo('a', 'b')
  of('b').onEnd(redisError('connection', 'gone'))
  of('a').onReady()
  of('a').onEnd(refused)
  stop()

  const messages = lines.map(({ msg }) => msg)
  const expected =
    'the Sentinel tells no events, so failovers are seen at the poll interval: the user may not run the command (NOPERM)'
  expect(messages).toEqual([expected, expected])
})

test('when all is over, all are closed', () => {
  const { listenTo, stop, closed } = listened()
  listenTo('a', 'b')
  stop()

  expect(closed).toEqual(['a', 'b'])
})

test('what an event causes is no longer on behalf of the connection that told it', async () => {
  const ended: string[] = []
  const caused: Promise<boolean>[] = []
  let hearing: Hearing | undefined
  const events = createSentinelEvents<{ address: string; name: string }>({
    subscribe(_target, _channels, given) {
      hearing = given
      return { close: () => undefined }
    },
    onChange: () => void caused.push(delay(0).then(endFailedConnection)),
    clock: fakeClock(),
    random: () => 0.5,
    log: recordedLog().log,
  })
  events.listenTo([{ address: 'a', name: 'a' }])
  withinConnection(
    (cause) => void ended.push(cause.message),
    () => {
      hearing?.onReady()
      hearing?.onMessage('+switch-master', 'orders 1.2.3.4 1 1.2.3.5 1')
    },
  )

  expect(await Promise.all(caused)).toEqual([false, false])
  expect(ended).toEqual([])
})

test('who is lost is listened to again on behalf of no connection', async () => {
  const ends: boolean[] = []
  let hearing: Hearing | undefined
  const events = createSentinelEvents<{ address: string; name: string }>({
    subscribe(_target, _channels, given) {
      hearing = given
      ends.push(endFailedConnection())
      return { close: () => undefined }
    },
    onChange: () => undefined,
    clock: fakeClock(),
    random: () => 0,
    log: recordedLog().log,
  })
  events.listenTo([{ address: 'a', name: 'a' }])
  withinConnection(
    () => undefined,
    () => hearing?.onEnd(redisError('connection', 'gone')),
  )

  await eventually(() => expect(ends).toEqual([false, false]))
  events.stop()
})
