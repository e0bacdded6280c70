import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Collector } from '../../src/collectors/collector.ts'
import { createPollTarget } from '../../src/poller/poll-target.ts'
import { redisError } from '../../src/redis/redis-error.ts'
import { defaultSettings } from '../support/default-settings.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { collectorOf, readingCollector } from '../support/fake-collectors.ts'
import { answersOf, type FakeConnection, fakeConnection } from '../support/fake-connection.ts'

const slowlog = readingCollector('slowlog', 'SLOWLOG', 'LEN')
const latency = readingCollector('latency', 'LATENCY', 'LATEST')

function pollerOf(
  connection: FakeConnection,
  collectors: readonly Collector[] = [slowlog, latency],
  clock = fakeClock(),
) {
  return createPollTarget({
    connection,
    collectors,
    settings: defaultSettings,
    timeoutMilliseconds: 1_000,
    clock,
  })
}

/** How many commands travelled in each round trip; the list of COMMAND INFO is cut off. */
function trips({ trips }: FakeConnection): string[][] {
  return trips.map((trip) => trip.map((command) => command.replace(/^(COMMAND INFO).*/, '$1')))
}

describe('round trips', () => {
  test('a first poll takes two: what the server is, and what it holds', async () => {
    const connection = fakeConnection({ answer: answersOf() })

    const { roundTrips } = await pollerOf(connection)()

    expect(roundTrips).toBe(2)
    expect(trips(connection)).toEqual([
      ['INFO everything', 'COMMAND INFO'],
      ['SLOWLOG LEN', 'LATENCY LATEST'],
    ])
  })

  test('each further poll takes one', async () => {
    const connection = fakeConnection({ answer: answersOf() })
    const poll = pollerOf(connection)
    await poll()

    const results = [await poll(), await poll()]

    expect(results.map(({ roundTrips }) => roundTrips)).toEqual([1, 1])
    expect(trips(connection).slice(2)).toEqual([
      ['INFO everything', 'SLOWLOG LEN', 'LATENCY LATEST'],
      ['INFO everything', 'SLOWLOG LEN', 'LATENCY LATEST'],
    ])
  })

  test('a new connection to the server that is known takes two', async () => {
    const connection = fakeConnection({ answer: answersOf() })
    const poll = pollerOf(connection)
    await poll()
    connection.lose()

    const { roundTrips } = await poll()

    expect(roundTrips).toBe(2)
    expect(trips(connection).slice(2)).toEqual([
      ['INFO everything', 'COMMAND INFO'],
      ['SLOWLOG LEN', 'LATENCY LATEST'],
    ])
  })

  test('collectors that do not apply send nothing', async () => {
    const connection = fakeConnection({
      answer: answersOf({ lacks: ['latency|latest', 'latency|histogram'] }),
    })
    const collectors = [slowlog, { ...latency, appliesTo: knowsLatency }]

    const { collectors: results } = await pollerOf(connection, collectors)()

    expect(trips(connection)[1]).toEqual(['SLOWLOG LEN'])
    expect(results.map(({ name }) => name)).toEqual(['slowlog'])
  })

  const knowsLatency: NonNullable<Collector['appliesTo']> = (server) => server.knows('latency')
})

describe('a poll that reached the server', () => {
  test('tells what each collector gave, in order', async () => {
    const connection = fakeConnection({
      answer: answersOf({ replies: { 'SLOWLOG LEN': 'four', 'LATENCY LATEST': 'eleven....' } }),
    })

    const { collectors, error } = await pollerOf(connection)()

    expect(error).toBeUndefined()
    expect(collectors.map(({ name, samples }) => [name, samples[0]?.value])).toEqual([
      ['slowlog', 4],
      ['latency', 10],
    ])
  })

  test('tells what the server calls itself', async () => {
    expect((await pollerOf(fakeConnection({ answer: answersOf() }))()).server).toBe('Redis 7.0.15')
  })

  test('tells when it began by the wall clock', async () => {
    const clock = fakeClock()
    clock.setWall(1_750_000_000_500)
    const connection = fakeConnection({
      answer: answersOf(),
      connect: async () => clock.advance(3_000),
    })

    expect((await pollerOf(connection, [], clock)()).unixSeconds).toBe(1_750_000_000.5)
  })

  test('tells how long it took, and how long connecting took', async () => {
    const clock = fakeClock()
    const connection = fakeConnection({
      answer: answersOf(),
      connect: async () => clock.advance(30),
    })
    const waiting = collectorOf('waiting', async () => {
      clock.advance(50)
      return []
    })
    const poll = pollerOf(connection, [waiting], clock)

    expect(await poll()).toMatchObject({ seconds: 0.08, connectSeconds: 0.03 })
    expect(await poll()).toMatchObject({ seconds: 0.05, connectSeconds: 0 })
  })

  test('has those read INFO that ask for nothing else a few in each turn, in their order', async () => {
    let now = performance.now()
    const looks = vi.spyOn(performance, 'now').mockImplementation(() => now)
    onTestFinished(() => looks.mockRestore())
    const read: string[] = []
    const others = Array.from({ length: 20 }, (_, index) =>
      collectorOf(`reader ${index}`, async (poll) => {
        await poll.info()
        read.push(`reader ${index}`)
        // As long as a slice.
        now += 4
        return []
      }),
    )
    const inTurns: number[] = []
    let isOver = false
    const turn = () => {
      inTurns.push(read.length)
      if (!isOver) setImmediate(turn)
    }
    setImmediate(turn)
    const all = [slowlog, ...others, latency]

    const { collectors, roundTrips } = await pollerOf(
      fakeConnection({ answer: answersOf() }),
      all,
    )()
    isOver = true

    const names = all.map(({ name }) => name)
    expect(collectors.map(({ name }) => name)).toEqual(names)
    expect(read).toEqual(names.slice(1, -1))
    expect(roundTrips).toBe(2)
    const most = Math.max(...inTurns.map((count, at) => count - (inTurns[at - 1] ?? 0)))
    expect(most).toBeLessThanOrEqual(2)
  })

  test('hands the time at which it began to the collectors', async () => {
    const clock = fakeClock()
    clock.setWall(1_750_000_000_000)
    let seen = 0
    const looking = collectorOf('looking', async ({ unixSeconds }) => {
      seen = unixSeconds
      return []
    })

    await pollerOf(fakeConnection({ answer: answersOf() }), [looking], clock)()

    expect(seen).toBe(1_750_000_000)
  })

  test('is up when every collector failed', async () => {
    const failing = collectorOf('failing', () => Promise.reject(new TypeError('hunter2')))

    const { error, collectors } = await pollerOf(fakeConnection({ answer: answersOf() }), [
      failing,
      slowlog,
    ])()

    expect(error).toBeUndefined()
    expect(collectors.map((result) => result.error?.reason)).toEqual(['parse', undefined])
  })
})

describe('a poll that did not reach the server', () => {
  const refused = redisError('connection', 'no connection (ECONNREFUSED)')

  test.each([
    ['could not connect', { answer: answersOf(), connect: () => Promise.reject(refused) }],
    ['could not read INFO', { answer: () => refused }],
  ])('because it %s is down with the reason, and nothing beside', async (_name, options) => {
    expect(await pollerOf(fakeConnection(options))()).toMatchObject({
      error: refused,
      collectors: [],
      server: '',
    })
  })

  test('drops the connection, so that the next poll starts clean', async () => {
    const connection = fakeConnection({ answer: () => refused })
    const poll = pollerOf(connection)
    await poll()
    connection.behave(answersOf())

    expect(await poll()).toMatchObject({ error: undefined, roundTrips: 2 })
    expect(connection.opened()).toBe(2)
  })

  test('because of a mistake of ours says nothing of its text', async () => {
    const connection = fakeConnection({
      answer: answersOf(),
      connect: () => Promise.reject(new TypeError('redis://:hunter2@localhost')),
    })

    expect((await pollerOf(connection)()).error).toMatchObject({
      reason: 'other',
      message: 'the poll failed',
      cause: expect.any(TypeError),
    })
  })

  test('because INFO holds no fields is down', async () => {
    const connection = fakeConnection({ answer: () => 'OK' })

    expect((await pollerOf(connection)()).error).toMatchObject({
      reason: 'parse',
      message: 'the reply of INFO holds no fields',
    })
  })
})
