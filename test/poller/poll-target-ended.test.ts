import { describe, expect, test } from 'vitest'
import { createPollTarget, type PollResult } from '../../src/poller/poll-target.ts'
import { defaultSettings } from '../support/default-settings.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { readingCollector } from '../support/fake-collectors.ts'
import { answersOf, fakeConnection, type HangsUp } from '../support/fake-connection.ts'

/* A server that ends the connection in the place of all replies of a round trip. */

const interval = 60_000

function polled(hangsUp: HangsUp) {
  const clock = fakeClock()
  const connection = fakeConnection({ answer: answersOf(), hangsUp })
  const poll = createPollTarget({
    connection,
    collectors: [
      readingCollector('slowlog', 'SLOWLOG', 'LEN'),
      readingCollector('client-list', 'CLIENT', 'LIST'),
      readingCollector('latency', 'LATENCY', 'LATEST'),
    ],
    settings: defaultSettings,
    timeoutMilliseconds: 1_000,
    retryMilliseconds: interval,
    clock,
  })
  /** What the poll did: who failed, with what, and how many connections it made. */
  const did = async () => {
    const before = connection.opened()
    const result = await poll()
    expect(result.error).toBeUndefined()
    return { failed: failures(result), connections: connection.opened() - before }
  }
  return { clock, connection, poll, did }
}

function failures({ collectors }: PollResult): Readonly<Record<string, string>> {
  const failed = collectors.flatMap(({ name, error }) => (error ? [[name, error.message]] : []))
  return Object.fromEntries(failed)
}

const atClientList = {
  'client-list':
    'the server ended the connection at CLIENT LIST; its client-output-buffer-limit may be too low',
}

const asksFor = (name: string) => (commands: readonly string[]) => commands.includes(name)

describe('at one command, whatever travels with it', () => {
  test('costs what asks for it, and a poll two connections more, once', async () => {
    const { did } = polled(asksFor('CLIENT LIST'))

    expect(await did()).toEqual({ failed: atClientList, connections: 3 })
    expect(await did()).toEqual({ failed: atClientList, connections: 0 })
  })

  test('costs the same over a connection that served polls before', async () => {
    let isLarge = false
    const { did } = polled((commands) => isLarge && asksFor('CLIENT LIST')(commands))
    expect(await did()).toEqual({ failed: {}, connections: 1 })
    isLarge = true

    expect(await did()).toEqual({ failed: atClientList, connections: 3 })
    expect(await did()).toEqual({ failed: atClientList, connections: 0 })
  })

  test('is asked for again after the interval, over one connection more, until it is answered', async () => {
    let isLarge = true
    const { did, clock } = polled((commands) => isLarge && asksFor('CLIENT LIST')(commands))
    await did()
    await did()

    for (let intervals = 0; intervals < 3; intervals++) {
      clock.advance(interval)
      expect(await did()).toEqual({ failed: atClientList, connections: 1 })
      expect(await did()).toEqual({ failed: atClientList, connections: 0 })
    }
    isLarge = false
    clock.advance(interval)
    expect(await did()).toEqual({ failed: {}, connections: 0 })
  })

  test('is the very same failure on each poll until then', async () => {
    const { poll, clock } = polled(asksFor('CLIENT LIST'))
    const error = async () =>
      (await poll()).collectors.find(({ name }) => name === 'client-list')?.error
    const first = await error()

    expect(await error()).toBe(first)
    clock.advance(interval)
    expect(await error()).not.toBe(first)
  })

  test('tells of the round trips of all connections', async () => {
    const { poll, connection } = polled(asksFor('CLIENT LIST'))

    expect((await poll()).roundTrips).toBe(connection.trips.length)
    expect(connection.trips.length).toBeGreaterThan(6)
  })
})

test('at INFO with all others leaves one connection more for two polls, and then none', async () => {
  const { did, connection } = polled((commands) => commands.length > 3)

  expect(await did()).toEqual({ failed: {}, connections: 1 })
  for (const connections of [1, 1, 0, 0]) expect(await did()).toEqual({ failed: {}, connections })
  expect(connection.trips.slice(-4)).toEqual([
    ['INFO everything'],
    ['SLOWLOG LEN'],
    ['CLIENT LIST'],
    ['LATENCY LATEST'],
  ])
})

test('at several commands together has them asked for one by one, and together after the interval', async () => {
  const { did, connection, clock } = polled((commands) => commands.length > 2)

  for (const connections of [2, 0, 0]) expect(await did()).toEqual({ failed: {}, connections })
  expect(connection.trips.at(-1)).toHaveLength(1)
  clock.advance(interval)
  expect(await did()).toEqual({ failed: {}, connections: 2 })
})

test('at whatever comes behind INFO has INFO served, and few connections made', async () => {
  const { did, clock } = polled(
    ([first = '', ...others]) => !first.startsWith('INFO') || others.length > 1,
  )
  const closed = 'the connection was closed'
  const failed = { slowlog: closed, 'client-list': closed, latency: closed }

  for (const connections of [6, 1, 1, 1]) expect(await did()).toEqual({ failed, connections })
  clock.advance(interval)
  expect((await did()).connections).toBe(6)
})

test('and is gone behind it costs one attempt more, once', async () => {
  let attempts = 0
  const clock = fakeClock()
  const connection = fakeConnection({
    answer: answersOf(),
    hangsUp: asksFor('SLOWLOG LEN'),
    connect: async () => {
      attempts += 1
      if (attempts > 1) throw Object.assign(new Error('gone'), { code: 'ECONNREFUSED' })
    },
  })
  const poll = createPollTarget({
    connection,
    collectors: [readingCollector('slowlog', 'SLOWLOG', 'LEN')],
    settings: defaultSettings,
    timeoutMilliseconds: 1_000,
    clock,
  })

  expect(failures(await poll())).toEqual({ slowlog: 'the connection was closed' })
  expect(attempts).toBe(2)
  expect((await poll()).error).toBeDefined()
  expect(attempts).toBe(3)
})
