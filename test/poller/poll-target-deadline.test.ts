import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { createPollTarget, type PollResult } from '../../src/poller/poll-target.ts'
import { defaultSettings } from '../support/default-settings.ts'
import { readingCollector } from '../support/fake-collectors.ts'
import {
  answersOf,
  type FakeConnection,
  type FakeConnectionOptions,
  fakeConnection,
  silence,
} from '../support/fake-connection.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const latencyIsSilent = answersOf({ replies: { 'LATENCY LATEST': silence } })

function pollerOf(connection: FakeConnection): () => Promise<PollResult> {
  return createPollTarget({
    connection,
    collectors: [
      readingCollector('slowlog', 'SLOWLOG', 'LEN'),
      readingCollector('latency', 'LATENCY', 'LATEST'),
    ],
    settings: defaultSettings,
    timeoutMilliseconds: 1_000,
    clock: systemClock,
  })
}

/** The result of a poll while time goes on. */
async function resultOf(poll: () => Promise<PollResult>): Promise<PollResult> {
  const result = poll()
  await vi.advanceTimersByTimeAsync(60_000)
  return await result
}

describe('a deadline that passes', () => {
  test('keeps what INFO and the collectors that had ended gave', async () => {
    const result = await resultOf(pollerOf(fakeConnection({ answer: latencyIsSilent })))

    expect(result).toMatchObject({
      error: undefined,
      server: 'Redis 7.0.15',
      seconds: 1,
      collectors: [
        { name: 'slowlog', samples: [{ value: 2 }] },
        { name: 'latency', samples: [], error: { reason: 'timeout' } },
      ],
    })
  })

  test('keeps it on a connection from before too', async () => {
    const connection = fakeConnection({ answer: answersOf() })
    const poll = pollerOf(connection)
    await poll()
    connection.behave(latencyIsSilent)

    expect(await resultOf(poll)).toMatchObject({
      error: undefined,
      roundTrips: 1,
      collectors: [{ samples: [{ value: 2 }] }, { samples: [], error: { reason: 'timeout' } }],
    })
  })

  test('lets the next poll connect anew, to the server that is known', async () => {
    const connection = fakeConnection({ answer: latencyIsSilent })
    const poll = pollerOf(connection)
    await resultOf(poll)
    connection.behave(answersOf())

    expect(await resultOf(poll)).toMatchObject({ error: undefined, roundTrips: 2 })
    expect(connection.opened()).toBe(2)
    expect(connection.trips.slice(-2)).toEqual([
      ['INFO everything', expect.stringMatching('^COMMAND INFO ')],
      ['SLOWLOG LEN', 'LATENCY LATEST'],
    ])
  })

  const never = () => new Promise<void>(() => {})

  test.each<[string, FakeConnectionOptions]>([
    ['does not let us in', { answer: answersOf(), connect: never }],
    ['never answers', { answer: () => silence }],
    [
      'answers everything but INFO',
      { answer: (command) => (command.startsWith('INFO') ? silence : 'OK') },
    ],
  ])('of a server that %s is down by then', async (_name, options) => {
    const result = await resultOf(pollerOf(fakeConnection(options)))

    expect(result).toMatchObject({
      error: { reason: 'timeout', message: 'no answer within 1 s' },
      collectors: [],
      seconds: 1,
    })
  })

  test.each<[string, FakeConnectionOptions]>([
    ['in connecting', { answer: answersOf(), connect: never, letsGo: false }],
    ['in a reply', { answer: () => silence, letsGo: false }],
  ])('by a connection that hangs %s and never lets go, ends a moment later', async (_, options) => {
    const result = await resultOf(pollerOf(fakeConnection(options)))

    expect(result).toMatchObject({ error: { reason: 'timeout' }, seconds: 1.1 })
  })

  test('covers connecting and replies together', async () => {
    const connection = fakeConnection({
      answer: latencyIsSilent,
      connect: () => new Promise((resolve) => setTimeout(resolve, 800)),
    })

    expect((await resultOf(pollerOf(connection))).seconds).toBe(1)
  })

  test('leaves no timer behind', async () => {
    await resultOf(pollerOf(fakeConnection({ answer: () => silence })))

    expect(vi.getTimerCount()).toBe(0)
  })
})

test('a server that comes back is up again, however many polls hung before', async () => {
  const connection = fakeConnection({ answer: () => silence, letsGo: false })
  const poll = pollerOf(connection)
  for (let count = 0; count < 20; count++) await resultOf(poll)
  connection.behave(answersOf())

  expect(await resultOf(poll)).toMatchObject({ error: undefined, server: 'Redis 7.0.15' })
})
