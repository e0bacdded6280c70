import { beforeEach, describe, expect, test } from 'vitest'
import { createPollTarget, type PollResult } from '../../src/poller/poll-target.ts'
import { fromErrorReply, redisError } from '../../src/redis/redis-error.ts'
import { defaultSettings } from '../support/default-settings.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { collectorOf, readingCollector } from '../support/fake-collectors.ts'
import {
  answersOf,
  type FakeConnection,
  type FakeServer,
  fakeConnection,
  refusal,
} from '../support/fake-connection.ts'

let connection: FakeConnection
let poll: () => Promise<PollResult>

function start(server: FakeServer): void {
  connection = fakeConnection({ answer: answersOf(server) })
  poll = createPollTarget({
    connection,
    collectors: [
      readingCollector('slowlog', 'SLOWLOG', 'LEN'),
      readingCollector('latency', 'LATENCY', 'LATEST'),
    ],
    settings: defaultSettings,
    timeoutMilliseconds: 1_000,
    clock: fakeClock(),
  })
}

function timesSent(command: string): number {
  return connection.trips.flat().filter((sent) => sent.startsWith(command)).length
}

describe('a command that the user may not run', () => {
  const replies = { 'SLOWLOG LEN': refusal() }
  beforeEach(() => start({ replies }))

  test('is not sent again', async () => {
    await poll()
    await poll()
    await poll()

    expect(timesSent('SLOWLOG LEN')).toBe(1)
  })

  test('is not sent again over a new connection to the same server either', async () => {
    await poll()
    for (let count = 0; count < 3; count++) {
      connection.lose()
      await poll()
    }

    expect(connection.opened()).toBe(4)
    expect(timesSent('SLOWLOG LEN')).toBe(1)
  })

  test('is not sent again after a poll that failed', async () => {
    await poll()
    connection.behave(() => redisError('connection', 'no connection (ECONNREFUSED)'))
    await poll()
    connection.behave(answersOf({ replies }))
    await poll()

    expect(timesSent('SLOWLOG LEN')).toBe(1)
  })

  test('gives the very same error on each poll', async () => {
    const errors = [await poll(), await poll(), await poll()].map(
      ({ collectors }) => collectors[0]?.error,
    )

    expect(errors[0]).toMatchObject({ reason: 'noperm' })
    expect(new Set(errors).size).toBe(1)
  })

  test('does not keep the others from being sent', async () => {
    await poll()

    expect((await poll()).collectors[1]).toMatchObject({ name: 'latency', samples: [{ value: 2 }] })
  })

  test('is tried again on another server', async () => {
    await poll()
    connection.lose()
    connection.behave(answersOf({ runId: 'second' }))

    expect((await poll()).collectors[0]).toMatchObject({ name: 'slowlog', samples: [{ value: 2 }] })
  })
})

test('a command that the server does not know is not sent again', async () => {
  const unknown = redisError('unknown_command', 'the server does not know the command')
  start({ replies: { 'LATENCY LATEST': unknown } })
  await poll()
  await poll()

  expect(timesSent('LATENCY LATEST')).toBe(1)
})

test.each([
  ['the server is loading', redisError('loading', 'the server is loading its data (LOADING)')],
  ['the server is busy', redisError('busy', 'the server is busy running a script (BUSY)')],
  ['of an error that we do not know', redisError('other', 'the server answered with an error')],
])('a command that failed because %s is sent again', async (_name, error) => {
  start({ replies: { 'SLOWLOG LEN': error } })
  await poll()
  await poll()

  expect(timesSent('SLOWLOG LEN')).toBe(2)
})

describe('another server behind the same connection', () => {
  async function exchanged(): Promise<void> {
    start({ replies: { 'SLOWLOG LEN': refusal() } })
    await poll()
    connection.behave(answersOf({ runId: 'second' }))
    await poll()
  }

  test('is learnt and read within the poll that finds it', async () => {
    await exchanged()

    expect(timesSent('COMMAND INFO')).toBe(2)
    expect(timesSent('SLOWLOG LEN')).toBe(2)
  })

  test('is read in one round trip as soon as it is known', async () => {
    await exchanged()

    expect(await poll()).toMatchObject({ error: undefined, roundTrips: 1 })
  })
})

test('the widest form of INFO that a server knows is remembered', async () => {
  const unknown = redisError('other', 'the server answered with an error (ERR)')
  start({ replies: { 'INFO everything': unknown } })
  await poll()
  await poll()
  connection.lose()
  await poll()

  expect(timesSent('INFO everything')).toBe(1)
  expect(timesSent('INFO all')).toBe(3)
})

describe('a server that is loading its data', () => {
  const loading = { info: '# Persistence\r\nloading:1\r\n' }

  test('is asked for nothing but what it is, and that is the reason of all that would ask', async () => {
    start(loading)
    const { collectors, error } = await poll()
    await poll()

    expect(error).toBeUndefined()
    expect(collectors.map((one) => one.error?.reason)).toEqual(['loading', 'loading'])
    expect([timesSent('SLOWLOG'), timesSent('LATENCY')]).toEqual([0, 0])
  })

  test('fails with the very same error for as long as it lasts', async () => {
    start(loading)
    const errors = [await poll(), await poll()].flatMap(({ collectors }) =>
      collectors.map((one) => one.error),
    )

    expect(new Set(errors).size).toBe(1)
  })

  test('is read in full by the poll that finds it ready', async () => {
    start(loading)
    await poll()
    connection.behave(answersOf())

    const { collectors, roundTrips } = await poll()
    expect(collectors.map((one) => one.error)).toEqual([undefined, undefined])
    expect(roundTrips).toBe(2)
  })
})

test('what a server is may change with each poll, and counts in this one', async () => {
  start({ info: '# Persistence\r\nloading:1\r\n' })
  const loading: boolean[] = []
  poll = createPollTarget({
    connection,
    collectors: [
      {
        name: 'looking',
        help: 'a test',
        metrics: [],
        collect: async ({ server }) => {
          loading.push(server.loading)
          return []
        },
      },
    ],
    settings: defaultSettings,
    timeoutMilliseconds: 1_000,
    clock: fakeClock(),
  })
  await poll()
  connection.behave(answersOf({ info: '# Persistence\r\nloading:0\r\n' }))
  // What it was taken for is no longer so: it is read again.
  await poll()

  expect(loading).toEqual([true, true, false])
})

test('a server that answers for no key is asked once in a poll, also when collectors come one after another', async () => {
  let isRefused = () => {}
  const refused = new Promise<void>((resolve) => {
    isRefused = resolve
  })
  connection = fakeConnection({
    answer: (command) =>
      command.startsWith('TYPE')
        ? fromErrorReply('CLUSTERDOWN The cluster is down')
        : answersOf({})(command),
  })
  const collectors = [
    collectorOf('early', async ({ readIn }) => {
      await readIn(0, [['TYPE', 'a']]).finally(isRefused)
      return []
    }),
    collectorOf('late', async ({ readIn }) => {
      await refused
      await readIn(0, [['TYPE', 'b']])
      return []
    }),
  ]
  const clock = fakeClock()
  poll = createPollTarget({
    ...{ connection, collectors, clock, settings: defaultSettings, timeoutMilliseconds: 1_000 },
  })

  const results = [await poll(), await poll()].map((result) => result.collectors)

  expect(timesSent('TYPE')).toBe(2)
  for (const [early, late] of results) {
    expect(early?.error).toMatchObject({ reason: 'clusterdown' })
    expect(late?.error).toBe(early?.error)
  }
})
