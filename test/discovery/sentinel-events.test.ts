import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createSentinelEvents } from '../../src/discovery/sentinel-events.ts'
import { endFailedConnection, withinConnection } from '../../src/redis/connection-scope.ts'
import { redisError } from '../../src/redis/redis-error.ts'
import type { Hearing } from '../../src/redis/subscription.ts'
import { recordedLog } from '../support/recorded-log.ts'

function listened() {
  const hearings = new Map<string, Hearing>()
  const closed: string[] = []
  let changes = 0
  const { log, lines } = recordedLog()
  const events = createSentinelEvents<{ address: string; name: string }>(
    ({ address }, _channels, hearing) => {
      hearings.set(address, hearing)
      return { close: () => void closed.push(address) }
    },
    () => {
      changes += 1
    },
    log,
  )
  const listenTo = (...names: string[]) =>
    events.listenTo(names.map((name) => ({ address: name, name })))
  const of = (name: string) => {
    const hearing = hearings.get(name)
    if (!hearing) throw new Error(`nobody listens to ${name}`)
    return hearing
  }
  return { ...events, listenTo, of, hearings, closed, lines, changes: () => changes }
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

test('who is lost is listened to again with the next call', () => {
  const { listenTo, of, hearings } = listened()
  listenTo('a')
  of('a').onEnd(redisError('connection', 'gone'))
  hearings.clear()
  listenTo('a')

  expect([...hearings.keys()]).toEqual(['a'])
})

test('a refusal is logged once until it works, and that a Sentinel is away is not', () => {
  const { listenTo, of, lines } = listened()
  const refused = redisError('noperm', 'the user may not run the command (NOPERM)')
  for (let times = 0; times < 3; times++) {
    listenTo('a')
    of('a').onEnd(refused)
  }
  listenTo('a', 'b')
  of('b').onEnd(redisError('connection', 'gone'))
  of('a').onReady()
  of('a').onEnd(refused)

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
  const events = createSentinelEvents<{ address: string; name: string }>(
    (_target, _channels, given) => {
      hearing = given
      return { close: () => undefined }
    },
    () => void caused.push(delay(0).then(endFailedConnection)),
    recordedLog().log,
  )
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
