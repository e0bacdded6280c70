import { describe, expect, test } from 'vitest'
import { createPollTarget } from '../../src/poller/poll-target.ts'
import { redisError } from '../../src/redis/redis-error.ts'
import { defaultSettings } from '../support/default-settings.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { readingCollector } from '../support/fake-collectors.ts'
import {
  type Answer,
  answersOf,
  type FakeConnection,
  fakeConnection,
  refusal,
  silence,
} from '../support/fake-connection.ts'

const reply = answersOf()
const clock = fakeClock()

function pollerOf(connection: FakeConnection, pingOnConnect = true) {
  return createPollTarget({
    connection,
    collectors: [readingCollector('slowlog', 'SLOWLOG', 'LEN')],
    settings: defaultSettings,
    timeoutMilliseconds: 100,
    clock,
    pingOnConnect,
  })
}

function answering(ping: Answer): FakeConnection {
  return fakeConnection({ answer: (command) => (command === 'PING' ? ping : reply)(command) })
}

describe('a PING that is asked for', () => {
  test('goes with every poll, at its end, in a round trip of its own', async () => {
    const connection = answering(reply)
    const poll = pollerOf(connection)
    await poll()
    const { roundTrips } = await poll()

    expect(roundTrips).toBe(2)
    expect(connection.trips.slice(-2)).toEqual([['INFO everything', 'SLOWLOG LEN'], ['PING']])
  })

  test('is timed', async () => {
    const poll = pollerOf(
      answering(() => {
        clock.advance(7)
        return 'PONG'
      }),
    )

    expect((await poll()).pingSeconds).toBe(0.007)
  })

  test('that is refused costs its own metric, and is not repeated', async () => {
    const connection = answering(refusal)
    const poll = pollerOf(connection)
    await poll()

    expect(await poll()).toMatchObject({ error: undefined, pingSeconds: undefined, roundTrips: 1 })
    expect(connection.trips.flat().filter((command) => command === 'PING')).toHaveLength(1)
  })

  test.each<[string, Answer]>([
    ['is not answered', () => silence],
    ['finds the connection closed', () => redisError('connection', 'the connection was closed')],
  ])('that %s takes nothing of what was read before', async (_case, ping) => {
    const { error, pingSeconds, collectors } = await pollerOf(answering(ping))()

    expect({ error, pingSeconds }).toEqual({ error: undefined, pingSeconds: undefined })
    expect(collectors[0]?.samples).toHaveLength(1)
  })
})

test('no PING is sent unless asked for', async () => {
  const connection = answering(reply)
  const { pingSeconds } = await pollerOf(connection, false)()

  expect(pingSeconds).toBeUndefined()
  expect(connection.trips.flat()).not.toContain('PING')
})
