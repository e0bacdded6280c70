import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { type AskedServer, answersOf, createAskedServer } from '../../src/discovery/asking.ts'
import { redisError } from '../../src/redis/redis-error.ts'
import { eventually } from '../support/eventually.ts'

test('a server that is late and fails while another is waited for harms nobody', async () => {
  const unhandled: unknown[] = []
  const note = (failure: unknown) => void unhandled.push(failure)
  process.on('unhandledRejection', note)
  const error = redisError('connection', 'gone')
  const late: AskedServer<string> = {
    ask: async () => ({ error }),
    isBusy: () => true,
    close: () => undefined,
  }
  const slow: AskedServer<string> = {
    ask: () => delay(100, { view: 'there' }),
    isBusy: () => false,
    close: () => undefined,
  }
  try {
    const { inTime } = await answersOf([late, slow], 60_000)

    expect(unhandled).toEqual([])
    expect([inTime.get(late), inTime.get(slow)]).toEqual([{ error }, { view: 'there' }])
  } finally {
    process.off('unhandledRejection', note)
  }
})

test('a server that is no longer wanted is not connected to once more', async () => {
  let opens = 0
  let isOpen = false
  let lose: (cause: Error) => void = () => undefined
  const server = createAskedServer({
    greeting: undefined,
    timeoutMilliseconds: 60_000,
    connection: {
      async open() {
        if (isOpen) return 'kept'
        isOpen = true
        opens += 1
        return 'opened'
      },
      send: () => [],
      drop(cause) {
        isOpen = false
        lose(cause)
      },
    },
    read: (_connection, isNew) =>
      isNew
        ? Promise.resolve('there')
        : new Promise<string>((_, reject) => {
            lose = reject
          }),
  })
  await server.ask()
  const answer = server.ask()
  await delay(0)
  server.close()

  expect(await answer).toMatchObject({ error: { reason: 'connection' } })
  await server.ask()
  expect(opens).toBe(1)
})

test('nobody is given an answer that was asked for before', async () => {
  const replies: ((reply: string) => void)[] = []
  const server = createAskedServer({
    greeting: undefined,
    timeoutMilliseconds: 60_000,
    connection: { open: async () => 'kept', send: () => [], drop: () => undefined },
    read: () => new Promise<string>((resolve) => replies.push(resolve)),
  })
  const first = server.ask()
  await eventually(() => expect(replies.length).toBe(1))
  const second = server.ask()
  const third = server.ask()
  await delay(20)
  expect(replies.length).toBe(1)
  replies[0]?.('old')
  expect(await first).toEqual({ view: 'old' })
  expect(server.isBusy()).toBe(true)
  await eventually(() => expect(replies.length).toBe(2))
  replies[1]?.('new')

  expect(await Promise.all([second, third])).toEqual([{ view: 'new' }, { view: 'new' }])
  expect(server.isBusy()).toBe(false)
})
